#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Finds the files that a name, a directory or a pattern stands for.
///
/// A directory stands for every regular file below it. In patterns `*`, `?` and `[…]` match within one name,
/// and `**` matches any number of directories. Names that begin with a dot are left out unless they were
/// named themselves. Symbolic links to files are followed, those to directories are not.
enum FilePattern {
    /// - Throws: ``WarrenError/Code/input`` if nothing is there.
    static func expand(_ argument: String) throws -> [InputFile] {
        let absolute = argument.hasPrefix("/") ? argument : workingDirectory() + "/" + argument
        let components = absolute.split(separator: "/").filter { $0 != "." }.map(String.init)
        guard let wild = components.firstIndex(where: isPattern) else {
            return try files(at: "/" + components.joined(separator: "/"))
        }
        // A file whose name happens to look like a pattern is that file.
        let literal = "/" + components.joined(separator: "/")
        if access(literal, F_OK) == 0 { return try files(at: literal) }
        let base = "/" + components[..<wild].joined(separator: "/")
        var paths: [String] = []
        try match(components[wild...], below: base, into: &paths)
        guard !paths.isEmpty else {
            throw WarrenError(.input, "no file matches \(argument) (looked below \(base))")
        }
        // Two `**` in a row find a file more than once.
        return try Set(paths).sorted().flatMap(files)
    }

    private static func files(at path: String) throws -> [InputFile] {
        guard isDirectory(path) else { return [try InputFile(path: path)] }
        var found: [String] = []
        try walk(path, into: &found)
        guard !found.isEmpty else {
            throw WarrenError(.input, "\(path) holds no files (names that begin with a dot do not count)")
        }
        return try found.sorted().map(InputFile.init)
    }

    private static func match(
        _ pattern: ArraySlice<String>,
        below directory: String,
        into paths: inout [String]
    )
        throws
    {
        guard let first = pattern.first else { return }
        let rest = pattern.dropFirst()
        if first == "**" {
            if rest.isEmpty { return try walk(directory, into: &paths) }
            try match(rest, below: directory, into: &paths)
            for name in try names(in: directory)
            where isDirectory(join(directory, name), followingLinks: false) {
                try match(pattern, below: join(directory, name), into: &paths)
            }
            return
        }
        if !isPattern(first) {
            let path = join(directory, first)
            guard access(path, F_OK) == 0 else { return }
            if rest.isEmpty { paths.append(path) } else { try match(rest, below: path, into: &paths) }
            return
        }
        for name in try names(in: directory) where fnmatch(first, name, FNM_PERIOD) == 0 {
            let path = join(directory, name)
            if rest.isEmpty {
                if !isDirectory(path) { paths.append(path) }
            } else if isDirectory(path) {
                try match(rest, below: path, into: &paths)
            }
        }
    }

    private static func walk(_ directory: String, into paths: inout [String]) throws {
        for name in try names(in: directory) {
            let path = join(directory, name)
            if isDirectory(path, followingLinks: false) {
                try walk(path, into: &paths)
            } else if isRegular(path) {
                paths.append(path)
            }
        }
    }

    /// The names in a directory; none if it is not there or is a file, as a pattern may well try.
    private static func names(in directory: String) throws -> [String] {
        guard let stream = opendir(directory) else {
            guard errno == ENOENT || errno == ENOTDIR else { throw InputFile.unreadable(directory, errno) }
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    private static func isPattern(_ component: String) -> Bool {
        component.contains { "*?[".contains($0) }
    }

    private static func join(_ directory: String, _ name: String) -> String {
        directory.hasSuffix("/") ? directory + name : directory + "/" + name
    }

    private static func isDirectory(_ path: String, followingLinks: Bool = true) -> Bool {
        mode(of: path, followingLinks: followingLinks) == S_IFDIR
    }

    private static func isRegular(_ path: String) -> Bool {
        mode(of: path, followingLinks: true) == S_IFREG
    }

    private static func mode(of path: String, followingLinks: Bool) -> mode_t? {
        var status = stat()
        let result = followingLinks ? stat(path, &status) : lstat(path, &status)
        return result == 0 ? status.st_mode & S_IFMT : nil
    }

    private static func workingDirectory() -> String {
        guard let buffer = getcwd(nil, 0) else { return "" }
        defer { free(buffer) }
        return String(cString: buffer)
    }
}
