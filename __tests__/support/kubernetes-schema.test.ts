import { validateManifest } from "./kubernetes-schema";

const POLICY = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "a", labels: { "any/key": "x" } },
  spec: {
    podSelector: { matchLabels: { app: "a" } },
    policyTypes: ["Egress"],
    egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ port: "http", protocol: "TCP" }, { port: 443 }] }],
  },
};

test("a valid manifest has no error", () => {
  expect(validateManifest(POLICY)).toEqual([]);
});

test("what the input does not tell is taken to fit", () => {
  const reference = { kind: "reference", address: "a.b", attribute: "c" };
  const unknown = { kind: "unknown", reason: "why", mentions: [] };
  expect(validateManifest({ ...POLICY, metadata: { name: reference }, spec: unknown })).toEqual([]);
});

test.each([
  ["a field of another type", { ...POLICY, spec: { podSelector: "all" } }, ["/spec/podSelector must be object"]],
  [
    "a field that is missing",
    { ...POLICY, spec: { podSelector: {}, egress: [{ to: [{ ipBlock: {} }] }] } },
    ["/spec/egress/0/to/0/ipBlock must have required property cidr"],
  ],
  [
    "a field that does not exist",
    { ...POLICY, spec: { podSelector: { labels: {} } } },
    ["/spec/podSelector/labels is not a field of the Kubernetes API"],
  ],
  [
    "a kind that does not exist",
    { ...POLICY, kind: "NetworkPolicies" },
    ["networking.k8s.io/v1 NetworkPolicies is not a kind of the Kubernetes API"],
  ],
  [
    "a part that is no kind",
    { ...POLICY, kind: "IPBlock" },
    ["networking.k8s.io/v1 IPBlock is not a kind of the Kubernetes API"],
  ],
  [
    "a group that does not exist",
    { ...POLICY, apiVersion: "net/v1" },
    ["net/v1 NetworkPolicy is not a kind of the Kubernetes API"],
  ],
  ["no manifest", null, ["undefined undefined is not a kind of the Kubernetes API"]],
])("%s is an error", (_, manifest, errors) => {
  expect(validateManifest(manifest)).toEqual(errors);
});
