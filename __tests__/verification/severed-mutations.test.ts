/** Channels that are severed, on each cloud: what stays open of one, one fault at a time, is found. */
import type { Cloud } from "../../config/deployment";
import { add, expectFound, find, idOf, judge, synthesize, type Tree } from "../support/tree";
import type { Json } from "../support/workloads";

const SEVERED = "severed-channels";
const BOTH = ["egress-allowlist", SEVERED];
const DEPLOYMENT = "kubernetes_deployment_v1";
const CLOUDFLARE = "104.16.0.0/13";

/** Lets nodes of a cloud out to Cloudflare. */
const OPENED: Readonly<Record<Cloud, (tree: Tree, port: number) => void>> = {
  aws: ({ infrastructure }, port) =>
    add(infrastructure, "aws_vpc_security_group_egress_rule", {
      security_group_id: idOf(infrastructure, "aws_security_group", /nodes/),
      ...{ cidr_ipv4: CLOUDFLARE, ip_protocol: "tcp", from_port: port, to_port: port },
    }),
  google: ({ infrastructure }, port) => {
    const [rule] = find(infrastructure, "google_compute_firewall", /google-apis/);
    const allow = [{ protocol: "tcp", ports: [String(port)] }];
    add(infrastructure, "google_compute_firewall", { ...rule, name: "a", destination_ranges: [CLOUDFLARE], allow });
  },
  azure: ({ infrastructure }, port) => {
    const [nodes] = find(infrastructure, "azurerm_network_security_group", /nodes/);
    const [like] = nodes.security_rule.filter(({ direction }: Json) => direction === "Outbound");
    const far = { destination_address_prefixes: undefined, destination_address_prefix: CLOUDFLARE };
    const opened = { name: "a", priority: 4000, protocol: "Tcp", destination_port_range: String(port) };
    nodes.security_rule.push({ ...like, ...far, ...opened });
  },
};

/** Gives pods of the platform a path that they have without a severance. */
function openPolicy({ workloads }: Tree, name: RegExp, port: number): void {
  for (const policy of find(workloads, "kubernetes_network_policy_v1", name)) {
    const to = [{ ip_block: { cidr: CLOUDFLARE } }];
    policy.spec.egress.push({ to, ports: [{ protocol: "TCP", port: String(port) }] });
  }
}

const setReplicas = (name: RegExp, replicas: unknown) => (tree: Tree) => {
  for (const { spec } of find(tree.workloads, DEPLOYMENT, name)) spec.replicas = replicas;
};

describe.each(Object.keys(OPENED) as Cloud[])("on %s", (cloud) => {
  const whole = { cloud, egress: { controlPlaneCidrs: ["3.137.115.239/32"] } };

  test.each(["tunnel", "grpc", "all"])("%s severed holds, and asks for no path of it", async (severed) => {
    const { verdict, findings } = await judge(synthesize({ ...whole, severed }));
    expect(findings).toEqual([]);
    expect(verdict).toBe("pass");
  });

  const severed = synthesize({ ...whole, severed: "all" });
  test.each([
    ["the tunnel's port", 7844],
    ["the port of gRPC", 443],
  ])("a rule of nodes leaves %s open", (_, port) => expectFound(severed, BOTH, (tree) => OPENED[cloud](tree, port)));

  test.each([
    ["the operator", /operator_policy/, 443],
    ["tasks", /tasks_policy/, 443],
    ["the tunnel", /operator-proxy_policy/, 7844],
  ])("a policy of %s leaves it open", (_, name, port) =>
    expectFound(severed, BOTH, (tree) => openPolicy(tree, name, port)),
  );
});

describe("workloads of a severed channel", () => {
  const tunnel = synthesize({ severed: "tunnel" });
  const grpc = synthesize({ severed: "grpc" });

  const replicas = ({ workloads }: Tree) =>
    Object.fromEntries(
      ["operator_", "tunnel_", "lease-worker_"].map((id) => [
        id,
        find(workloads, DEPLOYMENT, new RegExp(`^${id}`))[0].spec.replicas,
      ]),
    );

  test("have no pod, and no others", () => {
    expect(replicas(tunnel)).toEqual({ operator_: "1", tunnel_: "0", "lease-worker_": "1" });
    expect(replicas(grpc)).toEqual({ operator_: "0", tunnel_: "2", "lease-worker_": "0" });
    expect(replicas(synthesize({ severed: "all" }))).toEqual({ operator_: "0", tunnel_: "0", "lease-worker_": "0" });
  });

  test("the proxy stays for the tunnel, and restarts, so that what it has open by gRPC ends", () => {
    const annotationsOf = ({ workloads }: Tree) =>
      find(workloads, DEPLOYMENT, /^tunnel_/)[0].spec.template.metadata.annotations;
    expect(annotationsOf(grpc)).toMatchObject({ "union.ai/severed": "grpc" });
    expect(annotationsOf(synthesize())).not.toHaveProperty(["union.ai/severed"]);
  });

  test.each([
    ["the tunnel's runs", tunnel, setReplicas(/^tunnel_/, "2")],
    ["the operator's number is left out, which is one", grpc, setReplicas(/^operator_/, undefined)],
    ["the lease worker's is not known", grpc, setReplicas(/^lease-worker_/, "${var.replicas}")],
  ])("%s", (_, tree, change) => expectFound(tree, SEVERED, change));
});

test("a severance of one channel leaves the other one as it is", async () => {
  await expectFound(synthesize({ severed: "grpc" }), "required-paths", ({ infrastructure }) => {
    const rules = infrastructure.resource.aws_vpc_security_group_egress_rule;
    infrastructure.resource.aws_vpc_security_group_egress_rule = Object.fromEntries(
      Object.entries(rules).filter(([id]) => !/tunnel-edge/.test(id)),
    );
  });
});
