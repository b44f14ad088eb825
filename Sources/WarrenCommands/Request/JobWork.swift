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

    func run(
        _ command: CommandRequest,
        reducer: CommandReducer,
        options: JobOptions,
        observer: @escaping JobObserver
    ) async throws -> JobResult<CommandSummary>
}

extension JobWork {
    /// Runs what was requested, and hands out what comes of it.
    func perform(_ request: JobRequest, _ arguments: JobArguments, _ display: JobDisplay) async throws {
        switch request.work {
        case .job(let type, let parameters, let input):
            try await perform(type, parameters, input, request.options, arguments, display)
        case .command(let command):
            let reducer = try CommandReducer(command, to: arguments.output, display)
            let done = command.done.unitCount
            if done > 0 { display.line("\(Rendering.count(Int(done), "unit")) left out: done before") }
            try await JobOutcome.deliver(arguments, display) { observer in
                try await run(command, reducer: reducer, options: request.options, observer: observer)
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

    func run(
        _ command: CommandRequest,
        reducer: CommandReducer,
        options: JobOptions,
        observer: @escaping JobObserver
    ) async throws -> JobResult<CommandSummary> {
        try await LocalRunner.run(
            command.job,
            reducer: reducer,
            encodedParameters: command.parameters,
            input: command.input,
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

    func run(
        _ command: CommandRequest,
        reducer: CommandReducer,
        options: JobOptions,
        observer: @escaping JobObserver
    ) async throws -> JobResult<CommandSummary> {
        try await coordinator.submit(
            command.job,
            reducer: reducer,
            encodedParameters: command.parameters,
            input: command.input,
            options: options,
            observer: observer
        )
    }
}
