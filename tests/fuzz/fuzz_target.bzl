"""One fuzz target: the libFuzzer binary, and a test that runs its corpus in every other build."""

def fuzz_target(name, srcs, deps):
    """NAME_fuzz (with --config=fuzz) and NAME_corpus_test (without) from srcs.

    Args:
      name: also the names of corpus/NAME and NAME.dict.
      srcs: define LLVMFuzzerTestOneInput, which ends the process when a property does not hold.
      deps: of srcs.
    """
    corpus = native.glob(["corpus/%s/*" % name])
    native.cc_library(
        name = name,
        testonly = True,
        srcs = srcs,
        deps = deps,
        alwayslink = True,
    )
    native.cc_binary(
        name = name + "_fuzz",
        testonly = True,
        data = corpus + [name + ".dict"],
        linkopts = ["-fsanitize=fuzzer"],
        target_compatible_with = select({
            "//tests/fuzz:with_libfuzzer": [],
            "//conditions:default": ["@platforms//:incompatible"],
        }),
        deps = [name],
    )
    native.cc_test(
        name = name + "_corpus_test",
        size = "small",
        srcs = ["corpus_test.cc"],
        data = corpus,
        env = {"CORPUS": "%s/corpus/%s" % (native.package_name(), name)},
        deps = [
            name,
            "@gtest_main//:lib",
        ],
    )
