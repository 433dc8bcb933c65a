import { isWithin, readReference } from "../../../verification/clouds/registry";

test.each([
  ["busybox", "docker.io", "library/busybox"],
  ["busybox:1.37", "docker.io", "library/busybox"],
  ["moby/buildkit:v1", "docker.io", "moby/buildkit"],
  ["docker.io/busybox", "docker.io", "library/busybox"],
  ["ghcr.io/a/b/c:1", "ghcr.io", "a/b/c"],
  ["gcr.io/a/b@sha256:00", "gcr.io", "a/b"],
  ["gcr.io/a/b:1@sha256:00", "gcr.io", "a/b"],
  ["registry:5000/a", "registry:5000", "a"],
  ["localhost/a:1", "localhost", "a"],
])("%s", (text, host, path) => {
  expect(readReference(text)).toEqual({ text, host, path });
});

test("a place has what is below it, by whole parts", () => {
  const image = readReference("a.example/b/c:1");
  expect(
    ["a.example", "a.example/b", "a.example/b/c", "a.example/b/", "a.example/b/c/d", "a.example/b/cc"].map((place) =>
      isWithin(image, place),
    ),
  ).toEqual([true, true, true, false, false, false]);
});
