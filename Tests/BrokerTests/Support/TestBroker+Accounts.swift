@testable import Warren

extension TestBroker {
    /// Makes a virtual host that no other test uses.
    func freshVhost() async throws -> String {
        let name = "test-\(UInt32.random(in: .min ... .max))"
        let _: Bool = try await evaluate(
            #"begin ok = rabbit_vhost:add(<<"\#(name)">>, <<"test">>), true end"#
        )
        return name
    }

    /// Gives a user, made if need be, the permissions to configure, write and read.
    func allow(_ user: String, on vhost: String, _ expressions: [String]) async throws {
        let quoted = expressions.map { "<<\"\($0.replacing("\\", with: "\\\\"))\">>" }.joined(separator: ", ")
        let _: Bool = try await evaluate(
            """
            begin
              _ = (catch rabbit_auth_backend_internal:add_user(<<"\(user)">>, <<"secret">>, <<"test">>)),
              ok = rabbit_auth_backend_internal:set_permissions(
                <<"\(user)">>, <<"\(vhost)">>, \(quoted), <<"test">>),
              true
            end
            """
        )
    }
}
