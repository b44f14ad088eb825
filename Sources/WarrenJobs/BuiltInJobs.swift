public import Warren

/// The jobs that come with Warren, in the order in which they are listed.
///
/// They use nothing that a job of your own could not, and are registered the same way.
public let builtInJobs: [any Job.Type] = [WordCount.self, Primes.self, Pi.self, Mandelbrot.self, Drill.self]
