import { readFileSync } from "node:fs";
import { run } from "../../cli/index";
import { App } from "../../framework";
import { addDataPlane } from "../../stacks/data-planes";
import { smallestDeployment } from "../support/deployments";
import { scratchFolder, writeFiles } from "../support/scratch";
import { synthesize } from "../support/tree";

const at = scratchFolder();

/** AWS: groups that name one another, one of them without members; a network of one VPC without a gateway. */
const AWS = {
  resource: {
    aws_vpc: { main: { cidr_block: "10.0.0.0/16" } },
    aws_subnet: {
      a: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.1.0/24" },
      b: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.2.0/24" },
    },
    aws_security_group: { web: { vpc_id: "${aws_vpc.main.id}" }, db: { vpc_id: "${aws_vpc.main.id}" }, idle: {} },
    aws_vpc_security_group_egress_rule: {
      web: {
        security_group_id: "${aws_security_group.web.id}",
        referenced_security_group_id: "${aws_security_group.db.id}",
        ip_protocol: "-1",
      },
    },
    aws_vpc_security_group_ingress_rule: {
      db: {
        security_group_id: "${aws_security_group.db.id}",
        referenced_security_group_id: "${aws_security_group.web.id}",
        ip_protocol: "tcp",
        from_port: 5432,
        to_port: 5433,
      },
      office: {
        security_group_id: "${aws_security_group.db.id}",
        cidr_ipv4: "${var.office}",
        ip_protocol: "tcp",
        from_port: 22,
        to_port: 22,
      },
    },
    aws_instance: {
      web: { subnet_id: "${aws_subnet.a.id}", vpc_security_group_ids: ["${aws_security_group.web.id}"] },
      db: {
        subnet_id: "${aws_subnet.b.id}",
        private_ip: "10.0.2.7",
        vpc_security_group_ids: ["${aws_security_group.db.id}"],
      },
    },
  },
  variable: { office: { type: "string" } },
};

/** AWS: nodes of which only one pool may send to 81.2.69.0/24, and what runs on them. */
const CLUSTER = {
  resource: {
    aws_security_group: {
      services: { egress: [{ from_port: 443, to_port: 443, protocol: "tcp", cidr_blocks: ["81.2.69.0/24"] }] },
      workers: { egress: [] },
    },
    aws_eks_cluster: { c: { name: "c", vpc_config: { subnet_ids: ["subnet-0123456789abcdef0"] } } },
    aws_launch_template: {
      services: { vpc_security_group_ids: ["${aws_security_group.services.id}"] },
      workers: { vpc_security_group_ids: ["${aws_security_group.workers.id}"] },
    },
    aws_eks_node_group: {
      services: {
        cluster_name: "${aws_eks_cluster.c.name}",
        subnet_ids: ["subnet-0123456789abcdef0"],
        launch_template: { id: "${aws_launch_template.services.id}", version: "1" },
      },
      workers: {
        cluster_name: "${aws_eks_cluster.c.name}",
        subnet_ids: ["subnet-0123456789abcdef0"],
        launch_template: { id: "${aws_launch_template.workers.id}", version: "1" },
      },
    },
  },
};

const GOOGLE = {
  resource: {
    google_compute_network: { n: { name: "n", auto_create_subnetworks: false } },
    google_compute_subnetwork: {
      s: { name: "s", network: "${google_compute_network.n.id}", ip_cidr_range: "10.0.1.0/24", region: "europe-west1" },
    },
    google_compute_firewall: {
      ssh: {
        name: "ssh",
        network: "${google_compute_network.n.id}",
        source_tags: ["bastion"],
        target_tags: ["ssh"],
        allow: [{ protocol: "tcp", ports: ["22"] }],
      },
    },
    google_compute_instance: {
      a: {
        name: "a",
        zone: "europe-west1-b",
        tags: ["ssh"],
        network_interface: [{ subnetwork: "${google_compute_subnetwork.s.id}" }],
      },
      b: {
        name: "b",
        zone: "europe-west1-b",
        tags: ["bastion"],
        network_interface: [{ subnetwork: "${google_compute_subnetwork.s.id}" }],
      },
    },
  },
};

const azureRule = (name: string, priority: number, access: string, to: object) => ({
  name,
  priority,
  direction: "Inbound",
  access,
  protocol: "Tcp",
  source_port_range: "*",
  source_address_prefix: "*",
  destination_address_prefix: "*",
  ...to,
});

const AZURE = {
  resource: {
    azurerm_virtual_network: { v: { name: "v", resource_group_name: "g", address_space: ["10.0.0.0/16"] } },
    azurerm_subnet: {
      s: {
        name: "s",
        resource_group_name: "g",
        virtual_network_name: "${azurerm_virtual_network.v.name}",
        address_prefixes: ["10.0.1.0/24"],
      },
    },
    azurerm_network_security_group: {
      n: {
        name: "n",
        security_rule: [
          azureRule("ssh", 100, "Allow", { source_address_prefix: "10.0.1.4", destination_port_range: "22" }),
          azureRule("none", 200, "Deny", { protocol: "*", destination_port_range: "*" }),
        ],
      },
    },
    azurerm_network_interface: {
      a: {
        name: "a",
        ip_configuration: [
          { name: "i", subnet_id: "${azurerm_subnet.s.id}", private_ip_address_allocation: "Dynamic" },
        ],
      },
    },
    azurerm_network_interface_security_group_association: {
      a: {
        network_interface_id: "${azurerm_network_interface.a.id}",
        network_security_group_id: "${azurerm_network_security_group.n.id}",
      },
    },
    azurerm_linux_virtual_machine: {
      a: { name: "a", network_interface_ids: ["${azurerm_network_interface.a.id}"] },
    },
  },
};

const pod = (labels: string, spec = "") => `metadata: {labels: ${labels}}, spec: {${spec}containers: [{name: c}]}`;

const WEB = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: none, namespace: web}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out, namespace: web}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: db}}}]
      ports: [{port: 5432}, {port: 8080}]
    - to: [{ipBlock: {cidr: 81.2.69.0/24, except: [81.2.69.64/26]}}]
      ports: [{port: 443}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: web}
spec: {template: {${pod("{app: web}")}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: web}
spec: {template: {${pod("{app: agent}")}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: host, namespace: web}
spec: {template: {${pod("{app: agent}", "hostNetwork: true, ")}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: web}
spec: {jobTemplate: {spec: {template: {${pod("{app: web}")}}}}}
`;

const DB = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: in, namespace: db}
spec:
  podSelector: {}
  ingress:
    - from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}]
      ports: [{port: 5432}, {port: 9000}]
---
apiVersion: v1
kind: Pod
metadata: {name: db-0, namespace: db, labels: {app: db}}
spec: {containers: [{name: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: open, namespace: free}
spec: {containers: [{name: c}]}
`;

const INPUTS = {
  "aws.tf.json": AWS,
  "cluster.tf.json": CLUSTER,
  "google.tf.json": GOOGLE,
  "azure.tf.json": AZURE,
  "web/all.yaml": WEB,
  "db/all.yaml": DB,
};

beforeAll(() => writeFiles(Object.fromEntries(Object.entries(INPUTS).map(([path, text]) => [at(path), text]))));

/** `FROM TO PROTOCOL [PORT]` of files in the scratch folder. */
const explain = (question: string, paths: string, ...flags: string[]) => {
  const [from = "", to = "", protocol = "", port] = question.split(" ");
  const ends = ["--from", from, "--to", to, "--protocol", protocol, ...(port === undefined ? [] : ["--port", port])];
  return run(["explain", ...ends, ...flags, ...paths.split(" ").map(at)]);
};

const CODES: Record<string, number> = { allowed: 0, denied: 1, unknown: 2 };

describe.each<[what: string, paths: string, ...rows: (readonly [question: string, decision: string, rules: string])[]]>(
  [
    [
      "AWS: groups by reference, at both ends",
      "aws.tf.json",
      ["aws_instance.web aws_instance.db tcp 5432", "allowed", "outbound allow web, inbound allow db"],
      ["aws_instance.web aws_instance.db tcp 5434", "denied", ""],
      ["aws_instance.web aws_instance.db udp 5432", "denied", ""],
      ["aws_instance.db aws_instance.web tcp 5432", "denied", ""],
      ["aws_security_group.web aws_security_group.db tcp 5433", "allowed", "outbound allow web, inbound allow db"],
      ["aws_security_group.idle aws_security_group.db tcp 5432", "denied", ""],
      ["aws_instance.web 10.0.2.7 tcp 5432", "allowed", "outbound allow web, inbound allow db"],
      ["aws_instance.web 10.0.1.9 tcp 5432", "denied", ""],
      ["internet aws_instance.db tcp 5432", "denied", ""],
      ["aws_instance.web internet tcp 443", "denied", ""],
      // A group's rule covers the address if the instance that may have it is the one that has.
      ["10.0.1.9 aws_instance.db tcp 5432", "unknown", "inbound allow db"],
      ["10.0.2.9 aws_instance.db tcp 5432", "denied", ""],
      // Who the office is, a variable without a value says.
      ["10.0.2.9 aws_instance.db tcp 22", "unknown", "inbound allow office"],
      ["aws_instance.web aws_instance.db icmp", "denied", ""],
      ["aws_instance.web aws_instance.db 6", "allowed", "outbound allow web, inbound allow db"],
    ],
    [
      "AWS: pods leave by the nodes that they may run on",
      "cluster.tf.json db",
      ["aws_eks_node_group.services 81.2.69.9 tcp 443", "allowed", "outbound allow services"],
      ["aws_eks_node_group.workers 81.2.69.9 tcp 443", "denied", ""],
      ["pod/free/open 81.2.69.9 tcp 443", "unknown", "outbound allow services"],
      ["pod/free/open 81.2.69.9 tcp 80", "denied", ""],
    ],
    [
      "Google: rules by tags",
      "google.tf.json",
      ["google_compute_instance.b google_compute_instance.a tcp 22", "allowed", "inbound allow ssh"],
      ["google_compute_instance.b google_compute_instance.a tcp 23", "denied", ""],
      ["google_compute_instance.a google_compute_instance.b tcp 22", "denied", ""],
      ["internet google_compute_instance.a tcp 22", "denied", ""],
    ],
    [
      "Azure: rules by priority",
      "azure.tf.json",
      ["10.0.1.4 azurerm_linux_virtual_machine.a tcp 22", "allowed", "inbound allow n"],
      ["10.0.1.4 azurerm_linux_virtual_machine.a tcp 23", "denied", "inbound deny n"],
      ["10.0.1.5 azurerm_linux_virtual_machine.a tcp 22", "denied", "inbound deny n"],
      ["internet azurerm_linux_virtual_machine.a tcp 22", "denied", "inbound deny n"],
      ["azurerm_linux_virtual_machine.a 10.0.1.5 tcp 22", "allowed", "outbound allow n"],
    ],
    [
      "Kubernetes: policies at both ends, of two folders",
      "web db",
      ["deployment/web/web pod/db/db-0 tcp 5432", "allowed", "outbound allow out, inbound allow in"],
      ["cronjob/web/report pod/db/db-0 tcp 5432", "allowed", "outbound allow out, inbound allow in"],
      // Each end alone is not enough.
      ["deployment/web/web pod/db/db-0 tcp 8080", "denied", ""],
      ["deployment/web/web pod/db/db-0 tcp 9000", "denied", ""],
      ["daemonset/web/agent pod/db/db-0 tcp 5432", "denied", ""],
      ["pod/free/open pod/db/db-0 tcp 5432", "denied", ""],
      ["pod/free/open daemonset/web/agent tcp 80", "denied", ""],
      ["pod/db/db-0 pod/free/open tcp 80", "allowed", ""],
      // No policy governs pods on the node's network.
      ["pod/free/open daemonset/web/host tcp 80", "allowed", ""],
      ["deployment/web/web 81.2.69.5 tcp 443", "allowed", "outbound allow out"],
      ["deployment/web/web 81.2.69.65 tcp 443", "denied", ""],
      ["deployment/web/web 81.2.69.0/24 tcp 443", "allowed", "outbound allow out"],
      ["deployment/web/web 81.2.69.64/26 tcp 443", "denied", ""],
      ["deployment/web/web internet tcp 443", "allowed", "outbound allow out"],
      ["deployment/web/web internet tcp 80", "denied", ""],
      ["internet deployment/web/web tcp 443", "denied", ""],
      ["pod/db/db-0 2001:db8::1 udp 53", "allowed", ""],
    ],
  ],
)("%s", (_, paths, ...rows) => {
  test.each(rows)("%s: %s", async (question, decision, rules) => {
    const { exitCode, stdout, stderr } = await explain(question, paths, "--format", "json");
    expect(stderr).toBe("");
    const [answer, ...others] = JSON.parse(stdout).answers;
    expect(others).toEqual([]);
    const shown = answer.rules.map(
      (rule: Record<string, string>) => `${rule.direction} ${rule.action} ${rule.resource?.split(/[./]/).at(-1)}`,
    );
    expect({ decision: answer.decision, rules: shown.join(", "), exitCode }).toEqual({
      decision,
      rules,
      exitCode: CODES[decision],
    });
  });
});

test("the text names what decides, and where it is written", async () => {
  const { stdout } = await explain("deployment/web/web pod/db/db-0 tcp 5432", "web db");
  expect(stdout.replaceAll(`${at()}/`, "")).toBe(
    [
      "allowed: TCP 5432 from deployment/web/web to pod/db/db-0",
      "  every rule and route on the way lets it pass",
      "  allow outbound: NetworkPolicy/web/out (web/all.yaml:14)",
      "  allow inbound: NetworkPolicy/db/in (db/all.yaml:8)",
      "",
    ].join("\n"),
  );
});

test.each([
  [
    "aws_instance.web 10.0.1.9 tcp 443",
    "aws.tf.json",
    "TCP 443 to 10.0.1.9 is allowed by no rule of aws_security_group.web",
  ],
  ["10.0.1.5 azurerm_linux_virtual_machine.a tcp 22", "azure.tf.json", "is denied by azurerm_network_security_group.n"],
  ["10.0.2.9 aws_instance.db tcp 22", "aws.tf.json", "var.office has no value"],
  ["pod/free/open 81.2.69.9 tcp 443", "cluster.tf.json db", "it depends on the node that the pod runs on: stopped"],
  ["google_compute_instance.b internet tcp 443", "google.tf.json", "TCP 443 to 1.0.0.1 has no route"],
])("%s: says why", async (question, paths, reason) => {
  expect((await explain(question, paths)).stdout).toContain(reason);
});

test("writes the answer to a file", async () => {
  const file = at("answer.json");
  const outcome = await explain("pod/db/db-0 pod/free/open tcp 80", "db", "--format", "json", "--output", file);
  expect(outcome).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ answers: [{ decision: "allowed", rules: [] }] });
});

test.each([
  [
    "aws_instance.gone aws_instance.db tcp 1",
    "aws.tf.json",
    "--from: 'aws_instance.gone' is not in the input (allowed: ",
  ],
  ["aws_instance.db pod/a/b tcp 1", "aws.tf.json", "--to: 'pod/a/b' is not in the input (allowed: an IP address, "],
  ["10.0.0.0/33 aws_instance.db tcp 1", "aws.tf.json", "--from: '10.0.0.0/33' has a prefix longer than 32 bits"],
  ["aws_instance.db 1.2.3.4.5 tcp 1", "aws.tf.json", "--to: '1.2.3.4.5' is not an IP address or CIDR block"],
  ["10.0.0.1 internet tcp 1", "aws.tf.json", "--from, --to: neither 10.0.0.1 nor internet is in the input"],
  ["internet aws_instance.db http 1", "aws.tf.json", "--protocol: 'http' is no protocol (allowed: tcp, udp, icmp, "],
  ["internet aws_instance.db icmp 1", "aws.tf.json", "--port: icmp has no ports"],
  [
    "internet aws_instance.db tcp 65536",
    "aws.tf.json",
    "argument '65536' is invalid. Allowed: a number from 0 to 65535.",
  ],
  ["internet aws_instance.db tcp 22", "gone", "gone: does not exist"],
])("%s of %s can't be answered", async (question, paths, message) => {
  const { exitCode, stdout, stderr } = await explain(question, paths);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^[^\n]+\n$/);
});

describe("this package's own output", () => {
  beforeAll(() => {
    const { manifest, files } = synthesize();
    const written = { "manifest.json": manifest, ...files };
    writeFiles(Object.fromEntries(Object.entries(written).map(([path, text]) => [at(`cdktf.out/${path}`), text])));
  });

  test.each([
    ["deployment/union/union-operator-proxy 198.41.192.7 tcp 7844", "allowed"],
    ["deployment/union/union-operator-proxy cloudflare-tunnel udp 7844", "allowed"],
    ["deployment/union/union-operator cloudflare tcp 443", "allowed"],
    ["deployment/union/union-operator 1.1.1.1 tcp 443", "denied"],
    ["aws_eks_node_group.* aws_eks_cluster.* tcp 443", "allowed"],
    ["internet aws_eks_node_group.* tcp 443", "denied"],
    ["cloudflare deployment/union/union-operator-proxy tcp 8080", "denied"],
  ])("%s: %s", async (question, decision) => {
    const { exitCode, stdout } = await explain(question, "cdktf.out");
    expect({ exitCode, decision: stdout.split(":")[0] }).toEqual({ exitCode: CODES[decision], decision });
  });
});

describe("two deployments: each is judged by itself", () => {
  beforeAll(() => {
    const app = new App({ outdir: at("two.out") });
    addDataPlane(app, smallestDeployment({ name: "bank-quic" }));
    addDataPlane(app, smallestDeployment({ name: "bank-narrow", tunnel: { protocol: "http2" } }));
    app.synth();
  });
  const QUIC = "deployment/union/union-operator-proxy 198.41.192.7 udp 7844";

  test("what one lets pass says nothing of the other, and the worst counts", async () => {
    const { exitCode, stdout } = await explain(QUIC, "two.out");
    expect(exitCode).toBe(1);
    expect(stdout.match(/^\S.*/gm)).toEqual([
      "bank-narrow: denied: UDP 7844 from deployment/union/union-operator-proxy to 198.41.192.7",
      "bank-quic: allowed: UDP 7844 from deployment/union/union-operator-proxy to 198.41.192.7",
    ]);
  });

  test("or one alone is asked of", async () => {
    const { exitCode, stdout } = await explain(QUIC, "two.out", "--deployment", "bank-quic", "--format", "json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).answers).toMatchObject([{ deployment: "bank-quic", decision: "allowed" }]);
    const narrow = await explain(QUIC, "two.out", "--deployment", "bank-narrow");
    expect(narrow.exitCode).toBe(1);
    expect(narrow.stdout).toMatch(/^denied: /);
  });

  test("which must be there", async () => {
    const { exitCode, stderr } = await explain(QUIC, "two.out", "--deployment", "bank");
    expect(exitCode).toBe(2);
    expect(stderr).toBe("--deployment: 'bank' is not in the input (allowed: bank-narrow, bank-quic)\n");
  });
});
