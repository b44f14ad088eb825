# The program `warren`, for workers and submitters:
#
#   docker build -t warren .
#   docker run --rm warren kinds
#
# docker-compose.yml builds it and starts it together with a broker.

FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends librabbitmq-dev libssl-dev libpng-dev pkg-config binutils \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# First what changes seldom: the packages that Warren depends on. Package.resolved need not be there.
COPY Package.swift Package.resolved* ./
RUN swift package resolve
COPY Sources Sources
# Not built, but Package.swift names them.
COPY Tests Tests
COPY Benchmarks Benchmarks
RUN swift build -c release --static-swift-stdlib --product warren \
    && strip -o /usr/local/bin/warren "$(swift build -c release --static-swift-stdlib --show-bin-path)/warren"

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends librabbitmq4 libssl3 libpng16-16 libzstd1 libstdc++6 ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /nonexistent --shell /usr/sbin/nologin warren
COPY --from=build /usr/local/bin/warren /usr/local/bin/warren
# It writes no files of its own.
USER warren
# SIGTERM, which `docker stop` sends, drains a worker.
ENTRYPOINT ["warren"]
CMD ["--help"]
