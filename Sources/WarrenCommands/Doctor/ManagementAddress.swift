import Warren

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where a broker's management API is, and who we are there: `http://user:password@host:15672`.
struct ManagementAddress: Sendable, CustomStringConvertible {
    /// Without user and password, and without a slash at the end.
    let description: String
    let user: String
    let password: String

    /// - Parameters:
    ///   - user: Who we are if the URL does not say.
    /// - Throws: ``WarrenError/Code/usage``, without repeating the password.
    init(url: String, user: String, password: String) throws {
        guard var parts = URLComponents(string: url), let host = parts.host, !host.isEmpty,
            let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https"
        else {
            throw WarrenError(
                .usage,
                "--management takes an address such as http://user:password@host:15672"
            )
        }
        self.user = parts.user ?? user
        self.password = parts.password ?? (parts.user == nil ? password : "")
        (parts.user, parts.password, parts.query, parts.fragment) = (nil, nil, nil, nil)
        var text = parts.string ?? ""
        while text.hasSuffix("/") { text.removeLast() }
        description = text
    }
}
