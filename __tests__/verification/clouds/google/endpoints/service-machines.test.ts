import { certain, judged, only, opens, type Resources } from "../../../../support/google-part";

const NET = "${google_compute_network.n.id}";
const SUBNET = "${google_compute_subnetwork.s.id}";
const NETWORK: Resources = {
  google_compute_network: { n: { auto_create_subnetworks: false } },
  google_compute_subnetwork: { s: { network: NET, ip_cidr_range: "10.0.0.0/24", region: "europe-west1" } },
};
const firewall = (more: object = {}): Resources => ({
  google_compute_firewall: { f: { network: NET, allow: [{ protocol: "tcp", ports: ["22"] }], ...more } },
});
const SSH = certain("tcp 22");
const NONE = certain("nothing");
const UNKNOWN: [string, string] = ["nothing", "tcp 22"];
const gce = (values: object) => ({ cluster_config: [{ gce_cluster_config: [values] }] });
const setup = (values: object) => ({
  gce_setup: [{ network_interfaces: [{ network: NET, subnet: SUBNET }], ...values }],
});
const spark = { environment_config: [{ execution_config: [{ subnetwork_uri: SUBNET }] }] };
const composer = (values: object) => ({ config: [{ node_config: [{ network: NET, subnetwork: SUBNET }], ...values }] });

describe.each<[type: string, rows: readonly (readonly [what: string, values: object, expected: [string, string]])[]]>([
  [
    "google_app_engine_flexible_app_version",
    [
      ["an external address", { network: [{ name: NET, subnetwork: SUBNET }] }, SSH],
      ["none", { network: [{ name: NET, subnetwork: SUBNET, instance_ip_mode: "INTERNAL" }] }, NONE],
    ],
  ],
  [
    "google_composer_environment",
    [
      ["an external address", composer({}), SSH],
      ["none in a private environment", composer({ private_environment_config: [{}] }), NONE],
    ],
  ],
  [
    "google_dataflow_job",
    [
      ["an external address", { subnetwork: SUBNET, ip_configuration: "WORKER_IP_PUBLIC" }, SSH],
      ["none", { subnetwork: SUBNET, ip_configuration: "WORKER_IP_PRIVATE" }, NONE],
      ["what its template says", { subnetwork: SUBNET }, UNKNOWN],
    ],
  ],
  ["google_dataflow_flex_template_job", [["what its template says", { subnetwork: SUBNET }, UNKNOWN]]],
  ["google_dataproc_batch", [["no external address", spark, NONE]]],
  ["google_dataproc_session_template", [["no external address", spark, NONE]]],
  [
    "google_dataproc_cluster",
    [
      ["an external address unless written", gce({ subnetwork: SUBNET }), SSH],
      ["none", gce({ subnetwork: SUBNET, internal_ip_only: true }), NONE],
    ],
  ],
  [
    "google_dataproc_workflow_template",
    [
      [
        "none",
        {
          placement: [
            {
              managed_cluster: [{ config: [{ gce_cluster_config: [{ subnetwork: SUBNET, internal_ip_only: true }] }] }],
            },
          ],
        },
        NONE,
      ],
    ],
  ],
  [
    "google_notebooks_instance",
    [
      ["an external address unless written", { network: NET, subnet: SUBNET }, SSH],
      ["none", { network: NET, subnet: SUBNET, no_public_ip: true }, NONE],
      ["perhaps one", { network: NET, subnet: SUBNET, no_public_ip: "a${x.y}" }, UNKNOWN],
    ],
  ],
  ["google_vpc_access_connector", [["no external address", { subnet: [{ name: SUBNET }] }, NONE]]],
  [
    "google_workbench_instance",
    [
      ["an external address unless written", setup({}), SSH],
      ["none", setup({ disable_public_ip: true }), NONE],
    ],
  ],
])("%s", (type, rows) => {
  test.each(rows)("%s", (_, values, expected) => {
    const part = judged({ ...NETWORK, ...firewall(), [type]: { x: values } });
    const machines = part.endpoints.filter(({ id, kind }) => id === `${type}.x` && kind === "instance");
    expect(machines.map((machine) => opens(machine, "1.1.1.1"))).toEqual([expected]);
    expect(machines[0]?.network).toBe("google_compute_network.n");
    expect(part.unjudged).toEqual([]);
  });
});

test("a Dataproc cluster that says nothing of its machines may have external addresses", () => {
  const part = judged({
    google_dataproc_cluster: { x: {} },
    google_compute_firewall: { f: { network: "default", allow: [{ protocol: "tcp", ports: ["22"] }] } },
  });
  expect(opens(only(part, "google_dataproc_cluster.x"), "1.1.1.1")[0]).toBe("nothing");
});

test("Composer 3 has no machines in the network", () => {
  const values = composer({ software_config: [{ image_version: "composer-3-airflow-2.9.3" }] });
  const part = judged({ ...NETWORK, ...firewall(), google_composer_environment: { x: values } });
  expect(part.endpoints.filter(({ id }) => id.includes("composer")).map(({ kind }) => kind)).toEqual(["service"]);
});

test.each<[type: string, values: object, tags: readonly string[]]>([
  ["google_dataflow_job", { subnetwork: SUBNET }, ["dataflow"]],
  ["google_workbench_instance", setup({ tags: ["own"] }), ["deeplearning-vm", "notebook-instance", "own"]],
  ["google_dataproc_cluster", gce({ subnetwork: SUBNET, tags: ["own"] }), ["own"]],
  [
    "google_vpc_access_connector",
    { name: "c", region: "europe-west1", network: NET, ip_cidr_range: "10.8.0.0/28" },
    ["vpc-connector", "vpc-connector-europe-west1-c"],
  ],
])("%s has the tags that rules choose it by", (type, values, tags) => {
  const machine = only(judged({ ...NETWORK, [type]: { x: values } }), `${type}.x`);
  expect([...machine.groups].filter((group) => group.includes("#tag:"))).toEqual(
    tags.map((tag) => `google_compute_network.n#tag:${tag}`),
  );
});

test("a connector has the block that it names", () => {
  const values = { network: NET, ip_cidr_range: "10.8.0.0/28" };
  const part = judged({ ...NETWORK, google_vpc_access_connector: { x: values } });
  expect(only(part, "google_vpc_access_connector.x").addresses.toString()).toBe("10.8.0.0/28");
});
