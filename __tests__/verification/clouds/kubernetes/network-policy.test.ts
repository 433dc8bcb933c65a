import * as fc from "fast-check";
import type { PartialSystem, Resource, Value } from "../../../../verification/model";
import { AddressSet } from "../../../../packets/address-set";
import { kubernetesPart } from "../../../../verification/clouds/kubernetes/index";
import { unknown } from "../../../../verification/values";
import { decide, manifests } from "../../../support/manifests";

/** Namespaces `default` (db, frontend, other), `mine` (labelled project=myproject: client) and `alien` (client). */
const WORLD = `
apiVersion: v1
kind: Namespace
metadata: {name: default}
---
apiVersion: v1
kind: Namespace
metadata: {name: mine, labels: {project: myproject}}
---
apiVersion: v1
kind: Namespace
metadata: {name: alien}
---
${pod("default", "db", { role: "db" }, "[{name: sql, containerPort: 6379}, {name: metrics, containerPort: 9000}]")}
${pod("default", "frontend", { role: "frontend" }, "[{name: http, containerPort: 8080}]")}
${pod("default", "other", {}, "[{name: http, containerPort: 9090}, {name: http-udp, containerPort: 9090, protocol: UDP}]")}
${pod("mine", "client", { role: "client" })}
${pod("alien", "client", { role: "client" })}
`;

function pod(namespace: string, name: string, labels: Record<string, string>, ports = "[]", rest = ""): string {
  return `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: ${JSON.stringify(labels)}}
spec: {${rest} containers: [{name: main, image: x, ports: ${ports}}]}
---`;
}

/** A policy of namespace `default` with this `spec`, in YAML. */
function policy(spec: string, namespace = "default"): string {
  const indented = spec.trim().replaceAll("\n", "\n  ");
  return `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: policy, namespace: ${namespace}}
spec:
  ${indented}
`;
}

const [DB, FRONTEND, OTHER] = ["pod/default/db", "pod/default/frontend", "pod/default/other"] as const;
const [MINE, ALIEN, DNS] = ["pod/mine/client", "pod/alien/client", "pod/kube-system/kube-dns"] as const;
const OUTSIDE = "203.0.113.7";

type Check = readonly [from: string, to: string, service: string, expected: "allowed" | "denied" | "unknown"];

/** The example at the top of https://kubernetes.io/docs/concepts/services-networking/network-policies/. */
const DOCUMENTED = policy(`
podSelector: {matchLabels: {role: db}}
policyTypes: [Ingress, Egress]
ingress:
- from:
  - ipBlock: {cidr: 172.17.0.0/16, except: [172.17.1.0/24]}
  - namespaceSelector: {matchLabels: {project: myproject}}
  - podSelector: {matchLabels: {role: frontend}}
  ports: [{protocol: TCP, port: 6379}]
egress:
- to: [{ipBlock: {cidr: 10.0.0.0/24}}]
  ports: [{protocol: TCP, port: 5978}]
`);

describe("NetworkPolicy", () => {
  test.each<[string, string, Check[]]>([
    [
      "none: every pod is open",
      "",
      [
        [OUTSIDE, DB, "tcp 22", "allowed"],
        [DB, OUTSIDE, "udp 53", "allowed"],
        [ALIEN, DB, "tcp 6379", "allowed"],
      ],
    ],
    [
      "the documentation's example",
      DOCUMENTED,
      [
        ["172.17.0.5", DB, "tcp 6379", "allowed"],
        ["172.17.1.5", DB, "tcp 6379", "denied"],
        ["172.17.2.5", DB, "tcp 6379", "allowed"],
        ["172.18.0.5", DB, "tcp 6379", "denied"],
        ["172.17.0.5", DB, "tcp 6380", "denied"],
        ["172.17.0.5", DB, "udp 6379", "denied"],
        [FRONTEND, DB, "tcp 6379", "allowed"],
        [MINE, DB, "tcp 6379", "allowed"],
        // An ipBlock may match the address of a pod, which is not known.
        [OTHER, DB, "tcp 6379", "unknown"],
        [OTHER, DB, "tcp 6380", "denied"],
        [DB, "10.0.0.9", "tcp 5978", "allowed"],
        [DB, "10.0.1.9", "tcp 5978", "denied"],
        [DB, "10.0.0.9", "tcp 443", "denied"],
        [OUTSIDE, FRONTEND, "tcp 443", "allowed"],
      ],
    ],
    [
      "default deny ingress: egress stays open",
      policy("podSelector: {}\npolicyTypes: [Ingress]"),
      [
        [OUTSIDE, OTHER, "tcp 1", "denied"],
        [FRONTEND, DB, "tcp 6379", "denied"],
        [DB, OUTSIDE, "tcp 1", "allowed"],
        [DB, MINE, "tcp 1", "allowed"],
      ],
    ],
    [
      "allow all ingress: `ingress: [{}]`",
      policy("podSelector: {}\npolicyTypes: [Ingress]\ningress: [{}]"),
      [
        [OUTSIDE, OTHER, "sctp 1", "allowed"],
        [ALIEN, DB, "tcp 6379", "allowed"],
      ],
    ],
    [
      "default deny egress: ingress stays open",
      policy("podSelector: {}\npolicyTypes: [Egress]"),
      [
        [OTHER, OUTSIDE, "tcp 1", "denied"],
        [OTHER, DNS, "udp 53", "denied"],
        [OUTSIDE, OTHER, "tcp 1", "allowed"],
      ],
    ],
    [
      "allow all egress: `egress: [{}]`",
      policy("podSelector: {}\npolicyTypes: [Egress]\negress: [{}]"),
      [[OTHER, OUTSIDE, "tcp 1", "allowed"]],
    ],
    [
      "default deny both, in its own namespace only",
      policy("podSelector: {}\npolicyTypes: [Ingress, Egress]"),
      [
        [OTHER, OUTSIDE, "tcp 1", "denied"],
        [OUTSIDE, OTHER, "tcp 1", "denied"],
        [OUTSIDE, MINE, "tcp 1", "allowed"],
      ],
    ],
    [
      "a range of ports (endPort)",
      policy(`
podSelector: {matchLabels: {role: db}}
policyTypes: [Egress]
egress: [{to: [{ipBlock: {cidr: 10.0.0.0/24}}], ports: [{protocol: TCP, port: 32000, endPort: 32768}]}]`),
      [
        [DB, "10.0.0.1", "tcp 31999", "denied"],
        [DB, "10.0.0.1", "tcp 32000", "allowed"],
        [DB, "10.0.0.1", "tcp 32768", "allowed"],
        [DB, "10.0.0.1", "tcp 32769", "denied"],
      ],
    ],
    [
      "namespaces by name, with an expression",
      policy(`
podSelector: {matchLabels: {role: frontend}}
policyTypes: [Egress]
egress:
- to:
  - namespaceSelector:
      matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [mine, kube-system]}]`),
      [
        [FRONTEND, MINE, "tcp 80", "allowed"],
        [FRONTEND, DNS, "udp 53", "allowed"],
        [FRONTEND, ALIEN, "tcp 80", "denied"],
        [FRONTEND, OTHER, "tcp 80", "denied"],
      ],
    ],
    [
      "one peer with both selectors: both must match",
      policy(`
podSelector: {matchLabels: {role: db}}
ingress:
- from:
  - namespaceSelector: {matchLabels: {project: myproject}}
    podSelector: {matchLabels: {role: client}}`),
      [
        [MINE, DB, "tcp 1", "allowed"],
        [ALIEN, DB, "tcp 1", "denied"],
        [FRONTEND, DB, "tcp 1", "denied"],
      ],
    ],
    [
      "two peers, one dash more: either may match, and podSelector means the policy's own namespace",
      policy(`
podSelector: {matchLabels: {role: db}}
ingress:
- from:
  - namespaceSelector: {matchLabels: {project: myproject}}
  - podSelector: {matchLabels: {role: client}}`) + `---${pod("default", "client", { role: "client" })}`,
      [
        [MINE, DB, "tcp 1", "allowed"],
        ["pod/default/client", DB, "tcp 1", "allowed"],
        [ALIEN, DB, "tcp 1", "denied"],
      ],
    ],
    [
      "empty namespaceSelector: every pod of every namespace, but no address",
      policy("podSelector: {}\ningress: [{from: [{namespaceSelector: {}}]}]"),
      [
        [ALIEN, DB, "tcp 1", "allowed"],
        [OUTSIDE, DB, "tcp 1", "denied"],
      ],
    ],
    [
      "empty podSelector in a peer: every pod of the namespace",
      policy("podSelector: {}\ningress: [{from: [{podSelector: {}}]}]"),
      [
        [OTHER, DB, "tcp 1", "allowed"],
        [ALIEN, DB, "tcp 1", "denied"],
        [OUTSIDE, DB, "tcp 1", "denied"],
      ],
    ],
    [
      "NotIn matches pods without the key",
      policy(`
podSelector: {matchExpressions: [{key: role, operator: NotIn, values: [db]}]}
policyTypes: [Ingress]`),
      [
        [OUTSIDE, OTHER, "tcp 1", "denied"],
        [OUTSIDE, FRONTEND, "tcp 1", "denied"],
        [OUTSIDE, DB, "tcp 1", "allowed"],
      ],
    ],
    [
      "empty `from`, empty `ports`: everybody, every packet",
      policy("podSelector: {}\ningress: [{from: [], ports: []}]"),
      [[OUTSIDE, DB, "udp 1", "allowed"]],
    ],
    [
      "ports without peers: everybody at these ports",
      policy("podSelector: {}\ningress: [{ports: [{port: 443}, {port: 53, protocol: UDP}]}]"),
      [
        [OUTSIDE, DB, "tcp 443", "allowed"],
        [ALIEN, DB, "udp 53", "allowed"],
        [OUTSIDE, DB, "tcp 53", "denied"],
      ],
    ],
    [
      "a protocol without a port: all its ports",
      policy("podSelector: {}\ningress: [{ports: [{protocol: SCTP}]}]"),
      [
        [OUTSIDE, DB, "sctp 65535", "allowed"],
        [OUTSIDE, DB, "tcp 65535", "denied"],
      ],
    ],
    [
      "policyTypes left out, no egress rules: ingress only",
      policy("podSelector: {}\negress: []"),
      [
        [OUTSIDE, DB, "tcp 1", "denied"],
        [DB, OUTSIDE, "tcp 1", "allowed"],
      ],
    ],
    [
      "policyTypes left out, egress rules: both, so that ingress is closed",
      policy("podSelector: {}\negress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]"),
      [
        [OUTSIDE, DB, "tcp 1", "denied"],
        [DB, OUTSIDE, "tcp 1", "denied"],
        [DB, "10.1.2.3", "tcp 1", "allowed"],
      ],
    ],
    [
      "policyTypes that leave Egress out: egress rules have no effect",
      policy("podSelector: {}\npolicyTypes: [Ingress]\negress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]"),
      [[DB, OUTSIDE, "tcp 1", "allowed"]],
    ],
    [
      "policyTypes empty: as left out",
      policy("podSelector: {}\npolicyTypes: []"),
      [
        [OUTSIDE, DB, "tcp 1", "denied"],
        [DB, OUTSIDE, "tcp 1", "allowed"],
      ],
    ],
    ["an empty spec selects every pod", policy("{}"), [[OUTSIDE, DB, "tcp 1", "denied"]]],
    [
      "null is left out",
      policy("podSelector: null\npolicyTypes: [Ingress]\ningress: [{from: null, ports: null}]"),
      [[OUTSIDE, DB, "tcp 1", "allowed"]],
    ],
    [
      "policies add up",
      policy("podSelector: {}\npolicyTypes: [Ingress, Egress]") +
        policy("podSelector: {matchLabels: {role: db}}\ningress: [{ports: [{port: 1}]}]") +
        policy("podSelector: {matchLabels: {role: db}}\ningress: [{ports: [{port: 2}]}]"),
      [
        [OUTSIDE, DB, "tcp 1", "allowed"],
        [OUTSIDE, DB, "tcp 2", "allowed"],
        [OUTSIDE, DB, "tcp 3", "denied"],
        [OUTSIDE, OTHER, "tcp 1", "denied"],
        [DB, OUTSIDE, "tcp 1", "denied"],
      ],
    ],
    [
      "both ends must agree",
      policy("podSelector: {matchLabels: {role: db}}\ningress: [{from: [{podSelector: {}}]}]") +
        policy("podSelector: {matchLabels: {role: frontend}}\npolicyTypes: [Egress]"),
      [
        [OTHER, DB, "tcp 1", "allowed"],
        [FRONTEND, DB, "tcp 1", "denied"],
      ],
    ],
    [
      "except may cut a block to nothing, and need not name what another peer opens",
      policy(`
podSelector: {}
ingress:
- from:
  - ipBlock: {cidr: 10.0.0.0/24, except: [10.0.0.0/25, 10.0.0.128/25]}
  - ipBlock: {cidr: 10.1.0.0/24, except: [10.1.0.0/25]}
  - ipBlock: {cidr: 10.1.0.4/32}`),
      [
        ["10.0.0.1", DB, "tcp 1", "denied"],
        ["10.1.0.1", DB, "tcp 1", "denied"],
        ["10.1.0.4", DB, "tcp 1", "allowed"],
        ["10.1.0.200", DB, "tcp 1", "allowed"],
      ],
    ],
    [
      "IPv6 blocks",
      policy(`
podSelector: {}
ingress: [{from: [{ipBlock: {cidr: "2001:db8::/32", except: ["2001:db8:1::/48"]}}]}]`),
      [
        ["2001:db8::1", DB, "tcp 1", "allowed"],
        ["2001:db8:1::1", DB, "tcp 1", "denied"],
        ["10.0.0.1", DB, "tcp 1", "denied"],
      ],
    ],
    [
      "0.0.0.0/0 holds no IPv6 address",
      policy("podSelector: {}\ningress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]"),
      [
        [OUTSIDE, DB, "tcp 1", "allowed"],
        ["2001:db8::1", DB, "tcp 1", "denied"],
      ],
    ],
    [
      "the internet without private addresses holds the clouds' named sets",
      policy("podSelector: {}\negress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]"),
      [
        [DB, OUTSIDE, "tcp 1", "allowed"],
        [DB, "aws:s3", "tcp 1", "allowed"],
        [DB, "10.0.0.1", "tcp 1", "denied"],
      ],
    ],
    [
      "the internet without some public addresses is not sure to hold them",
      policy("podSelector: {}\negress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [52.0.0.0/8]}}]}]"),
      [[DB, "aws:s3", "tcp 1", "denied"]],
    ],
    [
      "a named port of ingress is another one at each selected pod, by protocol too",
      policy("podSelector: {}\ningress: [{ports: [{port: http}]}]"),
      [
        [OUTSIDE, FRONTEND, "tcp 8080", "allowed"],
        [OUTSIDE, FRONTEND, "tcp 9090", "denied"],
        [OUTSIDE, OTHER, "tcp 9090", "allowed"],
        [OUTSIDE, OTHER, "udp 9090", "denied"],
        [OUTSIDE, DB, "tcp 8080", "denied"],
      ],
    ],
    [
      "a named port of egress is that of the pod it leads to",
      policy(`
podSelector: {matchLabels: {role: db}}
policyTypes: [Egress]
egress: [{to: [{podSelector: {}}], ports: [{port: http}]}]`),
      [
        [DB, FRONTEND, "tcp 8080", "allowed"],
        [DB, FRONTEND, "tcp 9090", "denied"],
        [DB, OTHER, "tcp 9090", "allowed"],
        [DB, MINE, "tcp 8080", "denied"],
      ],
    ],
    [
      "cluster DNS by its named port",
      policy(`
podSelector: {}
policyTypes: [Egress]
egress: [{to: [{namespaceSelector: {}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{port: dns, protocol: UDP}]}]`),
      [
        [DB, DNS, "udp 53", "allowed"],
        [DB, DNS, "tcp 53", "denied"],
        [DB, OUTSIDE, "udp 53", "denied"],
      ],
    ],
    [
      "a named port of a pod that the peer may select, by labels of a namespace that the input does not hold",
      policy(`
podSelector: {}
policyTypes: [Egress]
egress: [{to: [{namespaceSelector: {matchLabels: {project: myproject}}}], ports: [{port: dns, protocol: UDP}]}]`),
      [
        [DB, DNS, "udp 53", "unknown"],
        [DB, MINE, "udp 53", "denied"],
        [DB, OUTSIDE, "udp 53", "denied"],
      ],
    ],
    [
      "a named port at an address that is no pod is not known",
      policy("podSelector: {}\negress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: http}]}]"),
      [
        [DB, "10.0.0.1", "tcp 8080", "unknown"],
        [DB, OUTSIDE, "tcp 8080", "denied"],
      ],
    ],
    [
      "a named port without peers: known at pods, not known elsewhere",
      policy("podSelector: {}\negress: [{ports: [{port: http}]}]"),
      [
        [DB, OUTSIDE, "tcp 8080", "unknown"],
        [MINE, DB, "tcp 8080", "denied"],
      ],
    ],
    [
      "labels of a namespace that the input does not hold are not known",
      policy("podSelector: {}\negress: [{to: [{namespaceSelector: {matchLabels: {project: myproject}}}]}]"),
      [
        [DB, OUTSIDE, "tcp 1", "denied"],
        [DB, "pod/alien/client", "tcp 1", "denied"],
        [DB, "pod/mine/client", "tcp 1", "allowed"],
      ],
    ],
    ["another namespace's policy", policy("podSelector: {}", "mine"), [[OUTSIDE, DB, "tcp 1", "allowed"]]],
    [
      "pods on the host network are not governed",
      policy("podSelector: {}\npolicyTypes: [Ingress, Egress]") +
        `---${pod("default", "agent", {}, "[]", "hostNetwork: true,")}`,
      [
        [OUTSIDE, "pod/default/agent", "tcp 1", "allowed"],
        ["pod/default/agent", OUTSIDE, "tcp 1", "allowed"],
      ],
    ],
  ])("%s", (_, policies, checks) => {
    const part = kubernetesPart(manifests(WORLD + policies));
    expect(part.unjudged).toEqual([]);
    const decided = checks.map(([from, to, service]) => [from, to, service, decide(part, from, to, service)]);
    expect(decided).toEqual(checks);
  });

  test.each<[string, string]>([
    ["a block with bits behind its prefix", "ingress: [{from: [{ipBlock: {cidr: 10.0.0.1/24}}]}]"],
    ["except outside the block", "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/24, except: [10.0.1.0/24]}}]}]"],
    ["ipBlock without cidr", "ingress: [{from: [{ipBlock: {except: [10.0.1.0/24]}}]}]"],
    ["ipBlock beside a selector", "ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/24}, podSelector: {}}]}]"],
    ["a peer without anything", "ingress: [{from: [{}]}]"],
    ["a selector that is refused", "ingress: [{from: [{podSelector: {matchExpressions: [{key: a, operator: In}]}}]}]"],
    ["no such protocol", "ingress: [{ports: [{protocol: ICMP}]}]"],
    ["endPort before port", "ingress: [{ports: [{port: 80, endPort: 79}]}]"],
    ["endPort without port", "ingress: [{ports: [{endPort: 80}]}]"],
    ["endPort with a named port", "ingress: [{ports: [{port: http, endPort: 8080}]}]"],
    ["port 0", "ingress: [{ports: [{port: 0}]}]"],
    ["port 65536", "ingress: [{ports: [{port: 65536}]}]"],
    ["port -1", "ingress: [{ports: [{port: -1}]}]"],
    ["a port that is neither number nor name", 'ingress: [{ports: [{port: "80-90"}]}]'],
    ["no such policy type", "policyTypes: [ingress]"],
    ["an operator that does not exist", "podSelector: {matchExpressions: [{key: role, operator: Is, values: [db]}]}"],
  ])("what the API server refuses is unknown: %s", (_, spec) => {
    expect(decide(kubernetesPart(manifests(WORLD + policy(spec))), OUTSIDE, DB, "tcp 79")).toBe("unknown");
  });

  test("known rules beside one that is not stay known", () => {
    const spec = "podSelector: {}\ningress: [{ports: [{port: 1}]}, {ports: [{port: 0}], from: [{podSelector: {}}]}]";
    const part = kubernetesPart(manifests(WORLD + policy(spec)));
    expect(decide(part, OUTSIDE, DB, "tcp 1")).toBe("allowed");
    expect(decide(part, OUTSIDE, DB, "tcp 2")).toBe("denied");
    expect(decide(part, OTHER, DB, "tcp 2")).toBe("unknown");
  });

  test("rules name their policy and its line", () => {
    const spec = "podSelector: {matchLabels: {role: db}}\ningress:\n- ports: [{port: 1}]\n- ports: [{port: sql}]";
    const resources = manifests(WORLD + policy(spec));
    const [filter, ...others] = kubernetesPart(resources).endpoints.find(({ id }) => id === DB)?.filters ?? [];
    const line = (text: string) => (WORLD + policy(spec)).split("\n").findIndex((one) => one.includes(text)) + 1;
    expect(others).toEqual([]);
    expect(filter?.levels.flat()).toMatchObject([
      { resource: resources.at(-1)?.address, location: { file: "test.yaml", line: line("{port: 1}") } },
      { resource: resources.at(-1)?.address, location: { file: "test.yaml", line: line("{port: sql}") } },
    ]);
  });
});

// ---------------------------------------------------------------- values that only a plan or the cloud knows

const LATER = unknown("known after apply");

function object(kind: string, spec: Value, labels: Value = {}, namespace: Value = "default", name = "db"): Resource {
  const location = { file: "main.tf", line: 1 };
  return {
    type: `kubernetes:${kind}`,
    address: `kubernetes_${kind.toLowerCase()}.${name}`,
    mode: "managed",
    unit: "main",
    values: { metadata: { name, namespace, labels }, spec },
    location,
    locate: () => location,
  };
}

function prefixList(name: Value): Resource {
  const values = { name };
  return { ...object("", {}), type: "aws_prefix_list", mode: "data", address: "data.aws_prefix_list.s3", values };
}

function serviceTags(values: Record<string, Value>): Resource {
  return {
    ...prefixList(""),
    type: "azurerm_network_service_tags",
    address: "data.azurerm_network_service_tags.t",
    values,
  };
}

describe("a value that is not known", () => {
  const db = object("Pod", { containers: [] }, { role: "db" });
  const closed = (spec: Value) => object("NetworkPolicy", spec);

  test.each<[string, Resource[], Check[]]>([
    ["podSelector: the pod may be isolated", [db, closed({ podSelector: LATER })], [[OUTSIDE, DB, "tcp 1", "unknown"]]],
    [
      "podSelector of one policy of two: its rules may apply",
      [db, closed({}), closed({ podSelector: LATER, ingress: [{ ports: [{ port: 1 }] }] })],
      [[OUTSIDE, DB, "tcp 1", "unknown"]],
    ],
    [
      "policyTypes",
      [db, closed({ policyTypes: LATER })],
      [
        [OUTSIDE, DB, "tcp 1", "unknown"],
        [DB, OUTSIDE, "tcp 1", "unknown"],
      ],
    ],
    ["the list of rules", [db, closed({ ingress: LATER })], [[OUTSIDE, DB, "tcp 1", "unknown"]]],
    ["a rule", [db, closed({ ingress: [LATER] })], [[OUTSIDE, DB, "tcp 1", "unknown"]]],
    ["peers", [db, closed({ ingress: [{ from: LATER }] })], [[OUTSIDE, DB, "tcp 1", "unknown"]]],
    [
      "peers, at known ports",
      [db, closed({ ingress: [{ from: [LATER], ports: [{ port: 1 }] }] })],
      [
        [OUTSIDE, DB, "tcp 1", "unknown"],
        [OUTSIDE, DB, "tcp 2", "denied"],
      ],
    ],
    [
      "a block",
      [db, closed({ ingress: [{ from: [{ ipBlock: { cidr: LATER } }] }] })],
      [[OUTSIDE, DB, "tcp 1", "unknown"]],
    ],
    [
      "except",
      [db, closed({ ingress: [{ from: [{ ipBlock: { cidr: "203.0.113.0/24", except: [LATER] } }] }] })],
      [[OUTSIDE, DB, "tcp 1", "unknown"]],
    ],
    [
      "ports, of known peers",
      [db, closed({ ingress: [{ from: [{ ipBlock: { cidr: "203.0.113.0/24" } }], ports: LATER }] })],
      [
        [OUTSIDE, DB, "tcp 1", "unknown"],
        ["203.0.114.7", DB, "tcp 1", "denied"],
      ],
    ],
    ["a port", [db, closed({ ingress: [{ ports: [{ port: LATER }] }] })], [[OUTSIDE, DB, "tcp 1", "unknown"]]],
    ["a protocol", [db, closed({ ingress: [{ ports: [{ protocol: LATER }] }] })], [[OUTSIDE, DB, "tcp 1", "unknown"]]],
    ["the policy's namespace", [db, object("NetworkPolicy", {}, {}, LATER)], [[OUTSIDE, DB, "tcp 1", "unknown"]]],
    [
      "a label that the policy asks for",
      [object("Pod", {}, { role: LATER }), closed({ podSelector: { matchLabels: { role: "db" } } })],
      [[OUTSIDE, DB, "tcp 1", "unknown"]],
    ],
    [
      "a label that it does not ask for",
      [object("Pod", {}, { role: LATER }), closed({ podSelector: {} })],
      [[OUTSIDE, DB, "tcp 1", "denied"]],
    ],
    [
      "hostNetwork",
      [object("Pod", { hostNetwork: LATER }), closed({ podSelector: {} })],
      [[OUTSIDE, DB, "tcp 1", "unknown"]],
    ],
    [
      "container ports that a named port needs",
      [object("Pod", { containers: LATER }), closed({ ingress: [{ ports: [{ port: "http" }] }] })],
      [[OUTSIDE, DB, "tcp 1", "unknown"]],
    ],
  ])("%s", (_, resources, checks) => {
    const part = kubernetesPart(resources);
    expect(checks.map(([from, to, service]) => [from, to, service, decide(part, from, to, service)])).toEqual(checks);
  });

  test.each<[string, Resource[], Value, string]>([
    ["a prefix list by its name", [prefixList("com.amazonaws.us-east-2.s3")], "cidr_blocks[0]", "aws:s3"],
    [
      "a prefix list whose region alone is not known",
      [prefixList({ ...LATER, text: "com.amazonaws.${}.dynamodb" })],
      "cidr_blocks",
      "aws:dynamodb",
    ],
    ["a prefix list whose name is not known", [prefixList(LATER)], "cidr_blocks[0]", "unknown"],
    ["a prefix list that is not in the input", [], "cidr_blocks[0]", "unknown"],
    ["another attribute", [prefixList("com.amazonaws.us-east-2.s3")], "id", "unknown"],
  ])("a block that refers to %s", (_, resources, attribute, expected) => {
    const cidr: Value = { kind: "reference", address: "data.aws_prefix_list.s3", attribute: attribute as string };
    const spec = { policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr } }] }] };
    const part = kubernetesPart([...resources, db, closed(spec)]);
    const peers = part.endpoints[0]?.filters[0]?.levels.flat().flatMap((rule) => rule.peers);
    expect(peers?.map((peer) => (peer.kind === "addresses" ? String(peer.addresses) : peer.kind))).toEqual([expected]);
  });

  // S3's list as a state has it, the endpoint that leads there, and what Azure tells of a tag.
  const TOLD = ["52.219.80.0/20", "3.5.128.0/22"];
  const told = (blocks: readonly string[]) => ({
    ...prefixList("com.amazonaws.us-east-2.s3"),
    values: { name: "com.amazonaws.us-east-2.s3", cidr_blocks: blocks },
  });
  const gateway = { service_name: "com.amazonaws.us-east-2.s3", cidr_blocks: TOLD };
  const asNumbers = TOLD.map((block) => String(AddressSet.ofCidr(block)));

  test.each<[string, Resource[], written: Value[], string[]]>([
    ["all blocks of a list that is told", [told(TOLD)], TOLD, ["aws:s3", "aws:s3"]],
    [
      "all blocks of an endpoint's list",
      [{ ...told([]), type: "aws_vpc_endpoint", values: gateway }],
      TOLD,
      ["aws:s3", "aws:s3"],
    ],
    [
      "all blocks of a service tag",
      [serviceTags({ service: "AzureActiveDirectory", ipv4_cidrs: TOLD })],
      TOLD,
      ["azure:AzureActiveDirectory", "azure:AzureActiveDirectory"],
    ],
    ["a part of a list, which may be anything", [told([...TOLD, "16.12.64.0/22"])], TOLD, asNumbers],
    ["blocks that no list tells", [told([])], TOLD, asNumbers],
    [
      "a list that claims half of the internet",
      [told(["0.0.0.0/1"])],
      ["0.0.0.0/1"],
      [String(AddressSet.ofCidr("0.0.0.0/1"))],
    ],
    ["a list of what is no block", [told(["S3"])], TOLD, asNumbers],
  ])("%s", (_, resources, written, expected) => {
    const to = written.map((cidr) => ({ ipBlock: { cidr } }));
    const part = kubernetesPart([...resources, db, closed({ policyTypes: ["Egress"], egress: [{ to }] })]);
    const peers = part.endpoints[0]?.filters[0]?.levels.flat().flatMap((rule) => rule.peers);
    expect(peers?.map((peer) => (peer.kind === "addresses" ? String(peer.addresses) : peer.kind))).toEqual(expected);
  });

  test.each<[string, Record<string, Value>, string, string]>([
    ["a service tag", { service: "AzureActiveDirectory" }, "ipv4_cidrs[*]", "azure:AzureActiveDirectory"],
    [
      "a region's part of one",
      { service: "Storage", location: "eastus2", location_filter: "East US 2" },
      "address_prefixes",
      "azure:Storage.eastus2",
    ],
    ["a service tag that is not known", { service: LATER }, "ipv4_cidrs[0]", "unknown"],
    ["a region that is not known", { service: "Storage", location_filter: LATER }, "ipv4_cidrs[0]", "unknown"],
    ["another attribute of a service tag", { service: "Storage" }, "id", "unknown"],
    ["an attribute of a prefix list", { service: "Storage", name: "com.amazonaws.a.s3" }, "cidr_blocks", "unknown"],
  ])("a block that refers to %s", (_, values, attribute, expected) => {
    const tags = serviceTags(values);
    const cidr: Value = { kind: "reference", address: tags.address, attribute };
    const spec = { policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr } }] }] };
    const part = kubernetesPart([tags, db, closed(spec)]);
    const peers = part.endpoints[0]?.filters[0]?.levels.flat().flatMap((rule) => rule.peers);
    expect(peers?.map((peer) => (peer.kind === "addresses" ? String(peer.addresses) : peer.kind))).toEqual([expected]);
  });

  test("a namespace named by reference to its declaration", () => {
    const union = object("Namespace", {}, {}, null, "union");
    const reference: Value = { kind: "reference", address: union.address, attribute: "metadata[0].name" };
    const part = kubernetesPart([union, object("Pod", {}, {}, reference), object("NetworkPolicy", {}, {}, "union")]);
    expect(decide(part, OUTSIDE, "pod/union/db", "tcp 1")).toBe("denied");
  });
});

describe("groups", () => {
  const part = kubernetesPart(
    manifests(`
${WORLD}${pod("default", "agent", { role: "frontend" }, "[]", "hostNetwork: true,")}${DOCUMENTED}${policy(
      "podSelector: {}\negress: [{to: [{namespaceSelector: {matchLabels: {project: myproject}}}]}]",
      "elsewhere",
    )}`),
  );
  const endpoint = (id: string) => part.endpoints.find((one) => one.id === id);

  test("name every peer that certainly selects the pod", () => {
    expect([...(endpoint(FRONTEND)?.groups ?? [])].sort()).toEqual([
      FRONTEND,
      "pods:*/*",
      "pods:kubernetes.io/metadata.name=default/role=frontend",
    ]);
    expect([...(endpoint(MINE)?.groups ?? [])].sort()).toEqual([MINE, "pods:*/*", "pods:project=myproject/*"]);
  });

  test("are only possible for pods on the host network and labels that are not known", () => {
    expect([...(endpoint("pod/default/agent")?.groups ?? [])]).toEqual(["pod/default/agent"]);
    expect([...(endpoint("pod/default/agent")?.possibleGroups ?? [])].sort()).toEqual([
      "pods:*/*",
      "pods:kubernetes.io/metadata.name=default/role=frontend",
    ]);
    expect([...(endpoint(DNS)?.possibleGroups ?? [])]).toEqual(["pods:project=myproject/*"]);
  });
});

// ---------------------------------------------------------------- against a naive reading of the specification

/** Three-valued, as numbers: 0 no, 1 maybe, 2 yes. */
type Answer = 0 | 1 | 2;

interface Manifest {
  namespace: string;
  spec: Record<string, unknown>;
}
interface PodSpec {
  namespace: string;
  name: string;
  labels: Record<string, string>;
  ports: { name: string; containerPort: number; protocol?: string }[];
}
interface Universe {
  namespaces: Record<string, Record<string, string>>;
  pods: PodSpec[];
  policies: Manifest[];
}
interface RandomRule {
  peers?: RandomPeer[];
  ports?: { protocol?: string; port?: number | string; endPort?: number }[];
}
interface RandomPeer {
  podSelector?: RandomSelector;
  namespaceSelector?: RandomSelector;
  ipBlock?: { cidr: string; except?: string[] };
}
interface RandomSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

const selects = (selector: RandomSelector | undefined, labels: Record<string, string>): boolean => {
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) if (labels[key] !== value) return false;
  for (const { key, operator, values = [] } of selector?.matchExpressions ?? []) {
    const value = labels[key];
    if (operator === "Exists" && value === undefined) return false;
    if (operator === "DoesNotExist" && value !== undefined) return false;
    if (operator === "In" && (value === undefined || !values.includes(value))) return false;
    if (operator === "NotIn" && value !== undefined && values.includes(value)) return false;
  }
  return true;
};

const bits = (address: string): string =>
  address
    .split(".")
    .map((byte) => Number(byte).toString(2).padStart(8, "0"))
    .join("");
const inBlock = (address: string, cidr: string): boolean => {
  const [base = "", prefix] = cidr.split("/");
  return bits(address).slice(0, Number(prefix)) === bits(base).slice(0, Number(prefix));
};

/** Whether the policies let one packet pass at `own`, whose far side is a pod or an address outside the cluster. */
function oracle(
  universe: Universe,
  own: PodSpec,
  inbound: boolean,
  far: PodSpec | string,
  protocol: string,
  port: number,
): Answer {
  let isolated = false;
  let best: Answer = 0;
  for (const { namespace, spec } of universe.policies) {
    if (namespace !== own.namespace || !selects(spec["podSelector"] as RandomSelector, own.labels)) continue;
    const egress = (spec["egress"] ?? []) as object[];
    const types = (spec["policyTypes"] as string[] | undefined) ?? [
      "Ingress",
      ...(egress.length > 0 ? ["Egress"] : []),
    ];
    if (!types.includes(inbound ? "Ingress" : "Egress")) continue;
    isolated = true;
    for (const rule of (spec[inbound ? "ingress" : "egress"] ?? []) as Record<string, unknown>[]) {
      const peers = (rule[inbound ? "from" : "to"] ?? []) as RandomPeer[];
      const ports = (rule["ports"] ?? []) as NonNullable<RandomRule["ports"]>;
      const peerMatches = peers.length === 0 || peers.some((peer) => matchesPeer(universe, peer, namespace, far));
      if (!peerMatches) continue;
      const target = inbound ? own : far;
      for (const entry of ports.length === 0 ? [undefined] : ports) {
        const known = entry === undefined ? 2 : matchesPort(entry, target, protocol, port);
        // Everybody includes addresses that are no pods, and addresses do not tell whose they are.
        const nobodys = !inbound && peers.length === 0 && typeof entry?.port === "string";
        const answer = nobodys && known === 0 ? 1 : known;
        if (answer > best) best = answer;
      }
    }
  }
  return isolated ? best : 2;
}

function matchesPeer(universe: Universe, peer: RandomPeer, namespace: string, far: PodSpec | string): boolean {
  if (peer.ipBlock) {
    const { cidr, except = [] } = peer.ipBlock;
    // Pods have addresses of their own here, outside every block.
    return typeof far === "string" && inBlock(far, cidr) && !except.some((block) => inBlock(far, block));
  }
  if (typeof far === "string") return false;
  const labels = { ...universe.namespaces[far.namespace], "kubernetes.io/metadata.name": far.namespace };
  const inNamespace = peer.namespaceSelector ? selects(peer.namespaceSelector, labels) : far.namespace === namespace;
  return inNamespace && selects(peer.podSelector, far.labels);
}

function matchesPort(
  entry: NonNullable<RandomRule["ports"]>[number],
  target: PodSpec | string,
  protocol: string,
  port: number,
): Answer {
  if (typeof entry.port === "string") {
    // An address that is no pod has no names for its ports.
    if (typeof target === "string") return 1;
    if ((entry.protocol ?? "TCP") !== protocol) return 0;
    const named = target.ports.filter((one) => one.name === entry.port && (one.protocol ?? "TCP") === protocol);
    return named.some(({ containerPort }) => containerPort === port) ? 2 : 0;
  }
  if ((entry.protocol ?? "TCP") !== protocol) return 0;
  if (entry.port === undefined) return 2;
  return port >= entry.port && port <= (entry.endPort ?? entry.port) ? 2 : 0;
}

const PORTS = [80, 81, 443];
const ADDRESSES = ["203.0.113.1", "203.0.113.129", "198.51.100.9"];
const NAMESPACES = ["a", "b"];

const label = fc.constantFrom("x", "y");
const labels = fc.dictionary(fc.constantFrom("k", "l"), label, { maxKeys: 2, noNullPrototype: true });
const expressions = fc.array(
  fc.oneof(
    fc.record({
      key: fc.constantFrom("k", "l"),
      operator: fc.constantFrom("In", "NotIn"),
      values: fc.array(label, { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ key: fc.constantFrom("k", "l"), operator: fc.constantFrom("Exists", "DoesNotExist") }),
  ),
  { maxLength: 2 },
);
const selector: fc.Arbitrary<RandomSelector> = fc.record(
  { matchLabels: labels, matchExpressions: expressions },
  { requiredKeys: [] },
);
const byName: fc.Arbitrary<RandomSelector> = fc
  .constantFrom(...NAMESPACES)
  .map((name) => ({ matchLabels: { "kubernetes.io/metadata.name": name } }));
const peer: fc.Arbitrary<RandomPeer> = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: fc.oneof(selector, byName) }),
  fc.record({ namespaceSelector: fc.oneof(selector, byName), podSelector: selector }),
  fc.constantFrom<RandomPeer>(
    { ipBlock: { cidr: "203.0.113.0/24" } },
    { ipBlock: { cidr: "203.0.113.0/24", except: ["203.0.113.128/25"] } },
    { ipBlock: { cidr: "198.51.100.8/30", except: ["198.51.100.8/32"] } },
  ),
);
const protocol = fc.constantFrom("TCP", "UDP");
const ports = fc.array(
  fc.oneof(
    fc.record({ protocol, port: fc.constantFrom(...PORTS, "web", "api") }, { requiredKeys: [] }),
    fc.constant({ port: 80, endPort: 81 }),
  ),
  { maxLength: 2 },
);
const rules = (field: string) =>
  fc.array(
    fc
      .record({ peers: fc.array(peer, { maxLength: 2 }), ports }, { requiredKeys: [] })
      .map(({ peers, ...rest }) => ({ ...rest, ...(peers ? { [field]: peers } : {}) })),
    { maxLength: 2 },
  );
const networkPolicy: fc.Arbitrary<Manifest> = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  spec: fc.record(
    {
      podSelector: selector,
      policyTypes: fc.subarray(["Ingress", "Egress"], { minLength: 1 }),
      ingress: rules("from"),
      egress: rules("to"),
    },
    { requiredKeys: ["podSelector"] },
  ),
});
const podSpec = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  labels,
  ports: fc.uniqueArray(fc.record({ name: fc.constantFrom("web", "api"), containerPort: fc.constantFrom(...PORTS) }), {
    selector: ({ name }) => name,
    maxLength: 2,
  }),
});
const universe: fc.Arbitrary<Universe> = fc
  .record({
    namespaces: fc.record({ a: labels, b: labels }),
    pods: fc.array(podSpec, { minLength: 2, maxLength: 4 }),
    policies: fc.array(networkPolicy, { minLength: 1, maxLength: 4 }),
  })
  .map(({ pods, ...rest }) => ({ ...rest, pods: pods.map((one, index) => ({ ...one, name: `p${index}` })) }));

function partOf({ namespaces, pods, policies }: Universe): PartialSystem {
  const documents = [
    ...Object.entries(namespaces).map(([name, own]) => ({ kind: "Namespace", metadata: { name, labels: own } })),
    ...pods.map(({ namespace, name, labels: own, ports: containerPorts }) => ({
      kind: "Pod",
      metadata: { namespace, name, labels: own },
      spec: { containers: [{ name: "main", ports: containerPorts }] },
    })),
    ...policies.map(({ namespace, spec }, index) => ({
      kind: "NetworkPolicy",
      metadata: { namespace, name: `n${index}` },
      spec,
    })),
  ];
  const location = { file: "random", line: 0 };
  const resources = documents.map(({ kind, ...values }, index): Resource => {
    const common = { mode: "managed", unit: "random", location, locate: () => location } as const;
    return { ...common, type: `kubernetes:${kind}`, address: `${kind}.${index}`, values: values as Resource["values"] };
  });
  return kubernetesPart(resources, AddressSet.ofCidr("10.244.0.0/16"));
}

const WORDS = { 0: "denied", 1: "unknown", 2: "allowed" } as const;

test("agrees with a packet-by-packet reading of the specification", () => {
  fc.assert(
    fc.property(universe, protocol, fc.constantFrom(...PORTS), (world, ip, port) => {
      const part = partOf(world);
      const service = `${ip.toLowerCase()} ${port}`;
      const id = ({ namespace, name }: PodSpec) => `pod/${namespace}/${name}`;
      for (const own of world.pods) {
        for (const address of ADDRESSES) {
          const outward = oracle(world, own, false, address, ip, port);
          expect(decide(part, id(own), address, service)).toBe(WORDS[outward]);
          expect(decide(part, address, id(own), service)).toBe(WORDS[oracle(world, own, true, address, ip, port)]);
        }
        for (const far of world.pods) {
          if (far === own) continue;
          const leaving = oracle(world, own, false, far, ip, port);
          const arriving = oracle(world, far, true, own, ip, port);
          expect(decide(part, id(own), id(far), service)).toBe(WORDS[Math.min(leaving, arriving) as Answer]);
        }
      }
    }),
    { numRuns: 300 },
  );
});
