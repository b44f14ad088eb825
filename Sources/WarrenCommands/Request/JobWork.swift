import Warren

/// Where a job runs: in this process, or with a coordinator's workers.
protocol JobWork {
    func run<J: Job>(
        _ type: J.Type,
        parameters: [UInt8],
        input: JobInput,
        options: JobOptions,
        observer: @escaping JobObserver
    ) async throws -> JobResult<J.Output>

    /// - Parameter reducer: Makes the result of the partials in place of the job itself.
    func run<J: Job, R: Reducer>(
        _ job: J,
        reducer: R,
        parameters: [UInt8],
        input: JobInput,
        options: JobOptions,
        observer: @escaping JobObserver
    ) async throws -> JobResult<R.Output> where R.Partial == J.Partial
}

extension JobWork {
    /// Runs what was requested, and hands out what comes of it.
    func perform(_ request: JobRequest, _ arguments: JobArguments, _ display: JobDisplay) async throws {
        switch request.work {
        case .job(let type as any PictureJob.Type, let parameters, let input):
            try await paint(type, parameters, input, request.options, arguments, display)
        case .job(let type as any StreamedJob.Type, let parameters, let input):
            try await stream(type, parameters, input, request.options, arguments, display) { _ in nil }
        case .job(let type, let parameters, let input):
            try await perform(type, parameters, input, request.options, arguments, display)
        case .command(let command):
            let reducer = try CommandReducer(command, to: arguments.output, display)
            let done = command.done.unitCount
            if done > 0 { display.line("\(Rendering.count(Int(done), "unit")) left out: done before") }
            try await JobOutcome.deliver(arguments, display) { observer in
                try await run(
                    command.job,
                    reducer: reducer,
                    parameters: command.parameters,
                    input: command.input,
                    options: request.options,
                    observer: observer
                )
            }
        }
    }

    private func perform<J: Job>(
        _ type: J.Type,
        _ parameters: [UInt8],
        _ input: JobInput,
        _ options: JobOptions,
        _ arguments: JobArguments,
        _ display: JobDisplay
    ) async throws {
        try await JobOutcome.deliver(arguments, display) { observer in
            try await run(type, parameters: parameters, input: input, options: options, observer: observer)
        }
    }

    private func paint<J: PictureJob>(
        _ type: J.Type,
        _ parameters: [UInt8],
        _ input: JobInput,
        _ options: JobOptions,
        _ arguments: JobArguments,
        _ display: JobDisplay
    ) async throws {
        try await stream(type, parameters, input, options, arguments, display) { display.watcher(of: $0) }
    }

    private func stream<J: StreamedJob>(
        _ type: J.Type,
        _ parameters: [UInt8],
        _ input: JobInput,
        _ options: JobOptions,
        _ arguments: JobArguments,
        _ display: JobDisplay,
        watcher: (J) -> StreamedReducer<J, OutputStream>.Watcher?
    ) async throws {
        let job = try J(parameters: JSONCoding.decode(J.Parameters.self, from: parameters))
        let output = try OutputStream(path: arguments.output) { display.makeWay(for: $0) }
        // Of no effect once the file is in its place.
        defer { output.abandon() }
        let reducer = try StreamedReducer(
            job,
            from: job.source(for: input).firstUnit,
            to: output,
            watcher: watcher(job)
        )
        try await JobOutcome.deliver(arguments, display) { observer in
            try await run(
                job,
                reducer: reducer,
                parameters: parameters,
                input: input,
                options: options,
                observer: observer
            )
        }
    }
}

/// In this process.
struct LocalWork: JobWork {
    let slots: Int

    func run<J: Job>(
        _ type: J.Type,
        parameters: [UInt8],
        input: JobInput,
        options: JobOptions,
        observer: @escaping JobObserver
    ) async throws -> JobResult<J.Output> {
        try await LocalRunner.run(
            type,
            encodedParameters: parameters,
            input: input,
            options: options,
            slots: slots,
            observer: observer
        )
    }

    func run<J: Job, R: Reducer>(
        _ job: J,
        reducer: R,
        parameters: [UInt8],
        input: JobInput,
        options: JobOptions,
        observer: @escaping JobObserver
    ) async throws -> JobResult<R.Output> where R.Partial == J.Partial {
        try await LocalRunner.run(
            job,
            reducer: reducer,
            encodedParameters: parameters,
            input: input,
            options: options,
            slots: slots,
            observer: observer
        )
    }
}

/// Through a broker.
struct RemoteWork: JobWork {
    let coordinator: Coordinator

    func run<J: Job>(
        _ type: J.Type,
        parameters: [UInt8],
        input: JobInput,
        options: JobOptions,
        observer: @escaping JobObserver
    ) async throws -> JobResult<J.Output> {
        try await coordinator.submit(
            type,
            encodedParameters: parameters,
            input: input,
            options: options,
            observer: observer
        )
    }

    func run<J: Job, R: Reducer>(
        _ job: J,
        reducer: R,
        parameters: [UInt8],
        input: JobInput,
        options: JobOptions,
        observer: @escaping JobObserver
    ) async throws -> JobResult<R.Output> where R.Partial == J.Partial {
        try await coordinator.submit(
            job,
            reducer: reducer,
            encodedParameters: parameters,
            input: input,
            options: options,
            observer: observer
        )
    }
}
