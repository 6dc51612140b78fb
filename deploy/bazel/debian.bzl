"""Repositories made from what Debian has installed; nothing is downloaded."""

def _pkg_config_library_impl(ctx):
    found = ctx.execute(["pkg-config", "--cflags", "--libs"] + ctx.attr.modules)
    if found.return_code:
        fail("pkg-config %s: %s\nRun deploy/install-packages." % (ctx.attr.modules, found.stderr))
    flags = found.stdout.strip().split(" ")

    # pkg-config repeats libraries; the linker needs each once, at its last place.
    libs = []
    for flag in reversed([f for f in flags if f.startswith("-l") or f.startswith("-L")]):
        if flag not in libs:
            libs.insert(0, flag)
    ctx.file("BUILD.bazel", """
cc_library(
    name = "lib",
    defines = {defines},
    linkopts = {linkopts},
    visibility = ["//visibility:public"],
)
""".format(
        defines = [f[2:] for f in flags if f.startswith("-D")],
        linkopts = ctx.attr.linkopts + libs,
    ))

pkg_config_library = repository_rule(
    implementation = _pkg_config_library_impl,
    attrs = {
        "linkopts": attr.string_list(doc = "Flags put before pkg-config's own."),
        "modules": attr.string_list(mandatory = True),
    },
    local = True,
)

def _protoc_toolchain_impl(ctx):
    for tool in ["protoc", "grpc_cpp_plugin"]:
        ctx.symlink(ctx.which(tool), tool)
    ctx.file("BUILD.bazel", 'exports_files(["protoc", "grpc_cpp_plugin"])')

protoc_toolchain = repository_rule(implementation = _protoc_toolchain_impl, local = True)

_WELL_KNOWN = ["any", "descriptor", "duration", "empty", "field_mask", "struct", "timestamp", "wrappers"]

def _well_known_protos_impl(ctx):
    build = ['package(default_visibility = ["//visibility:public"])']
    for name in _WELL_KNOWN:
        path = "google/protobuf/%s.proto" % name
        ctx.symlink("/usr/include/" + path, path)
        build.append('proto_library(name = "%s_proto", srcs = ["%s"])' % (name, path))
    ctx.file("BUILD.bazel", "\n".join(build))

# The .proto files of libprotobuf-dev; their C++ code is in libprotobuf itself.
well_known_protos = repository_rule(implementation = _well_known_protos_impl, local = True)

def _googleapis_impl(ctx):
    for name in ["status", "error_details"]:
        path = "google/rpc/%s.proto" % name
        ctx.symlink("/usr/share/gocode/src/github.com/gogo/googleapis/" + path, path)
    ctx.file("BUILD.bazel", """
package(default_visibility = ["//visibility:public"])

proto_library(
    name = "rpc_proto",
    srcs = ["google/rpc/error_details.proto", "google/rpc/status.proto"],
    deps = ["@well_known_protos//:any_proto", "@well_known_protos//:duration_proto"],
)

cc_proto_library(
    name = "rpc_cc_proto",
    deps = [":rpc_proto"],
)
""")

# google/rpc: the standard error details, which Debian ships with its Go packages.
googleapis = repository_rule(implementation = _googleapis_impl, local = True)

def _rules_cc_impl(ctx):
    rules = ["cc_binary", "cc_import", "cc_library", "cc_proto_library", "cc_test", "cc_toolchain", "cc_toolchain_suite", "fdo_prefetch_hints", "fdo_profile", "objc_import", "objc_library"]
    ctx.file("BUILD.bazel")
    ctx.file("cc/BUILD.bazel")
    ctx.file("cc/defs.bzl", "\n".join(["%s = native.%s" % (r, r) for r in rules]))

# Debian's own rules_cc 0.0.4 needs a newer Bazel than Debian's 4.2.3.
_rules_cc = repository_rule(implementation = _rules_cc_impl)

def _coverage_tools_impl(ctx):
    ctx.file("BUILD.bazel", 'filegroup(name = "coverage_report_generator", visibility = ["//visibility:public"])')

_coverage_tools = repository_rule(implementation = _coverage_tools_impl)

def bazel_rules():
    """The rule repositories that Bazel 4.2.3 would otherwise download."""
    _rules_cc(name = "rules_cc")
    _coverage_tools(name = "remote_coverage_tools")
    for name, path in {
        "bazel_skylib": "/usr/share/bazel/tools/skylib",
        "platforms": "/usr/share/bazel/tools/platforms",
        "rules_java": "/usr/share/bazel/rules/java",
        "rules_proto": "/usr/share/bazel/rules/proto",
    }.items():
        native.local_repository(name = name, path = path)
