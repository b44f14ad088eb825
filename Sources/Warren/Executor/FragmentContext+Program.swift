extension FragmentContext {
    /// Runs a program and waits for its end.
    ///
    /// It leads a process group of its own, which is ended with all that the program left behind: when it has ended
    /// itself, when the attempt has taken too long or is cancelled, and when the worker dies. What it cost is added
    /// to the attempt's.
    /// - Parameter input: Its standard input.
    /// - Throws: A failure of the attempt if the program cannot be run, ``FragmentCancelled`` if nobody waits for it
    ///   any more. How it ended, well or badly, is for the caller to judge.
    public func run(_ program: Program, input: [UInt8] = []) throws -> ProgramEnd {
        try run(program, hasInput: !input.isEmpty) { write in _ = write(input.span) }
    }

    /// The same for more input than should be held: `feed` writes it piece by piece, until the program wants no more.
    public func run(
        _ program: Program,
        feed: (_ write: (Span<UInt8>) -> Bool) throws -> Void
    ) throws -> ProgramEnd {
        try run(program, hasInput: true, feed: feed)
    }

    private func run(
        _ program: Program,
        hasInput: Bool,
        feed: (_ write: (Span<UInt8>) -> Bool) throws -> Void
    ) throws -> ProgramEnd {
        try checkCancellation()
        var running: RunningProgram
        do {
            running = try .start(program, in: self, memoryLimit: memoryLimit, hasInput: hasInput)
        } catch {
            throw AttemptError(failure: AttemptFailure(.error, "\(error)"))
        }
        var failure: (any Error)?
        if hasInput {
            do {
                try feed { running.write($0) }
            } catch {
                failure = error
                running.stop()
            }
        }
        let end = running.finish()
        if let failure { throw failure }
        try checkCancellation()
        return end
    }
}
