"""cc_grpc_library: the C++ gRPC stubs of one proto_library."""

def _cc_grpc_sources_impl(ctx):
    proto = ctx.attr.proto[ProtoInfo]
    root = ctx.attr.import_prefix
    outs = []
    paths = []
    for src in proto.direct_sources:
        if not src.basename.endswith("_service.proto"):
            continue  # messages only
        base = src.basename[:-len(".proto")]
        outs += [ctx.actions.declare_file(base + ext) for ext in [".grpc.pb.h", ".grpc.pb.cc"]]

        # The name under which the file stands in its descriptor set: its path below the import root.
        paths.append((ctx.label.package + "/" + src.basename)[len(root) + 1 if root else 0:])
    args = ctx.actions.args()
    args.add(ctx.file._plugin, format = "--plugin=protoc-gen-grpc=%s")
    args.add("--grpc_out=" + ctx.bin_dir.path + "/" + root)
    args.add_joined(proto.transitive_descriptor_sets, join_with = ":", format_joined = "--descriptor_set_in=%s")
    args.add_all(paths)
    ctx.actions.run(
        executable = ctx.executable._protoc,
        arguments = [args],
        inputs = proto.transitive_descriptor_sets,
        tools = [ctx.file._plugin],
        outputs = outs,
        mnemonic = "GrpcGenerate",
    )
    return [DefaultInfo(files = depset(outs))]

_cc_grpc_sources = rule(
    implementation = _cc_grpc_sources_impl,
    attrs = {
        "import_prefix": attr.string(doc = "The folder that imports start at."),
        "proto": attr.label(mandatory = True, providers = [ProtoInfo]),
        "_plugin": attr.label(default = "@protoc//:grpc_cpp_plugin", allow_single_file = True, cfg = "exec"),
        "_protoc": attr.label(default = "@protoc//:protoc", allow_single_file = True, executable = True, cfg = "exec"),
    },
)

def cc_grpc_library(name, proto, deps, import_prefix = "proto", **kwargs):
    """Makes the stubs of the *_service.proto files of `proto`, whose imports start at `import_prefix`; `deps` holds its cc_proto_library."""
    _cc_grpc_sources(name = name + "_sources", proto = proto, import_prefix = import_prefix)
    native.cc_library(
        name = name,
        srcs = [name + "_sources"],
        hdrs = [name + "_sources"],
        strip_include_prefix = "/" + import_prefix if import_prefix else None,
        deps = deps + ["@grpc//:lib"],
        **kwargs
    )
