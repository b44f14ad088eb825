import Warren
import WarrenCommands

@main
struct Program: WarrenProgram {
    static let jobs: [any Job.Type] = [CountVowels.self]
}
