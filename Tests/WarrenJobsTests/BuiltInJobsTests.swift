import Testing
import WarrenJobs

@testable import Warren

struct BuiltInJobsTests {
    @Test func kindsAreThoseOnTheWire() {
        #expect(JobCatalog(builtInJobs).kinds == ["wordcount", "primes", "pi", "mandelbrot", "drill"])
    }

    @Test func everyParameterHasAMeaningAndADefault() throws {
        for job in builtInJobs {
            for entry in try schema(job).entries {
                #expect(!entry.help.isEmpty, "\(job.kind) \(entry.name)")
                #expect(entry.fallback != nil, "\(job.kind) \(entry.name)")
            }
        }
    }

    @Test func parametersAreThoseThatAreDocumented() throws {
        let names = try builtInJobs.map { try schema($0).entries.map(\.name) }
        #expect(
            names == [
                ["top"], ["below"], ["samples", "seed"],
                ["x", "y", "zoom", "size", "iterations", "palette", "density", "samples"],
                ["units", "spin", "sleep", "shape", "fail", "crash", "noise"],
            ]
        )
    }

    private func schema(_ job: any Job.Type) throws -> JobSchema { try JobSchema(job) }
}
