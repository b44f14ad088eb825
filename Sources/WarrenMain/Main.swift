import Warren
import WarrenCommands
import WarrenJobs

/// The program `warren`: the built-in jobs, registered as any program would register its own.
@main
struct Main: WarrenProgram {
    static let jobs = builtInJobs
}
