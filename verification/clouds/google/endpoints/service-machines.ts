/**
 * Machines that a service makes in the customer's own network: the network's firewall and routes hold for them as for any
 * other, and they are written by fields of the service.
 *
 * - Vertex AI Workbench (https://cloud.google.com/vertex-ai/docs/workbench/instances/create): an external address unless
 *   it is disabled; the proxy that its users come through is one that the machine itself connects to.
 * - Dataproc, "Network configuration" (https://cloud.google.com/dataproc/docs/concepts/configuring-clusters/network):
 *   external addresses unless internal only; images from 2.2 on have none where nothing is said. Serverless batches have
 *   internal addresses only.
 * - Dataflow, "Specify a network" (https://cloud.google.com/dataflow/docs/guides/routes-firewall): workers have the tag
 *   `dataflow`, and external addresses unless the job or its template says otherwise.
 * - Cloud Composer 1 and 2 (https://cloud.google.com/composer/docs/composer-2/environment-architecture): nodes of a GKE
 *   cluster; those of Composer 3 are in Google's own network.
 * - App Engine's flexible environment (https://cloud.google.com/appengine/docs/flexible/custom-networking).
 * - Serverless VPC Access (https://cloud.google.com/vpc/docs/serverless-vpc-access): a connector's machines have internal
 *   addresses only, and two tags.
 */
import type { Resource } from "../../../model";
import { AddressSet } from "../../../../packets/address-set";
import type { Interface, Written } from "./interfaces";
import type { GoogleInput } from "../input";
import type { Networks } from "../network";
import { opennessOf, type Switch } from "../switch";
import { shown } from "../../../../config/texts";

/** How a type writes its machines: paths of fields. */
interface MachineShape {
  readonly network?: string;
  readonly subnet?: string;
  /** The block of addresses that it names itself. */
  readonly block?: string;
  readonly tags?: string;
  /** Tags that the service gives them. */
  readonly given?: (resource: Resource) => readonly string[];
  readonly account?: string;
  /** What keeps external addresses away; `never`: they have none. */
  readonly external: "never" | Switch;
  /** What the resource's type says of machines in a network is not so of those that this fits. */
  readonly none?: (resource: Resource, input: GoogleInput) => boolean;
}

const IMAGE_VERSION = "config.software_config.image_version";
const NOTEBOOK_TAGS = ["deeplearning-vm", "notebook-instance"];
const dataproc = (at: string): MachineShape => ({
  network: `${at}gce_cluster_config.network`,
  subnet: `${at}gce_cluster_config.subnetwork`,
  tags: `${at}gce_cluster_config.tags`,
  account: `${at}gce_cluster_config.service_account`,
  external: {
    field: `${at}gce_cluster_config.internal_ip_only`,
    closes: ["true"],
    unwritten: "unknown",
    openIn: `${at}gce_cluster_config`,
  },
});
const DATAFLOW: MachineShape = {
  network: "network",
  subnet: "subnetwork",
  account: "service_account_email",
  given: () => ["dataflow"],
  external: { field: "ip_configuration", closes: ["WORKER_IP_PRIVATE"], unwritten: "unknown" },
};
const serverlessSpark = (at: string): MachineShape => ({
  network: `${at}network_uri`,
  subnet: `${at}subnetwork_uri`,
  tags: `${at}network_tags`,
  account: `${at}service_account`,
  external: "never",
});

const MACHINES: Readonly<Record<string, MachineShape>> = {
  google_app_engine_flexible_app_version: {
    network: "network.name",
    subnet: "network.subnetwork",
    tags: "network.instance_tag",
    account: "service_account",
    external: { field: "network.instance_ip_mode", closes: ["INTERNAL"] },
  },
  google_composer_environment: {
    network: "config.node_config.network",
    subnet: "config.node_config.subnetwork",
    tags: "config.node_config.tags",
    account: "config.node_config.service_account",
    external: { field: "config.private_environment_config" },
    none: (resource, input) => /composer-3/.test(shown(input.collect(resource, IMAGE_VERSION)[0])),
  },
  google_dataflow_flex_template_job: DATAFLOW,
  google_dataflow_job: DATAFLOW,
  google_dataproc_batch: serverlessSpark("environment_config.execution_config."),
  google_dataproc_cluster: dataproc("cluster_config."),
  google_dataproc_session_template: serverlessSpark("environment_config.execution_config."),
  google_dataproc_workflow_template: dataproc("placement.managed_cluster.config."),
  google_notebooks_instance: {
    network: "network",
    subnet: "subnet",
    tags: "tags",
    account: "service_account",
    given: () => NOTEBOOK_TAGS,
    external: { field: "no_public_ip", closes: ["true"] },
  },
  google_vpc_access_connector: {
    network: "network",
    subnet: "subnet.name",
    block: "ip_cidr_range",
    given: ({ values: { name, region } }) => [
      "vpc-connector",
      ...(typeof name === "string" && typeof region === "string" ? [`vpc-connector-${region}-${name}`] : []),
    ],
    external: "never",
  },
  google_workbench_instance: {
    network: "gce_setup.network_interfaces.network",
    subnet: "gce_setup.network_interfaces.subnet",
    tags: "gce_setup.tags",
    account: "gce_setup.service_accounts.email",
    given: () => NOTEBOOK_TAGS,
    external: { field: "gce_setup.disable_public_ip", closes: ["true"] },
  },
};

/** A machine as {@link Endpoints} puts it together. */
export interface ServiceMachine {
  readonly resource: Resource;
  readonly face: Interface;
  readonly written: Written;
}

/** The machines that services of the input make in its networks. */
export function serviceMachines(input: GoogleInput, networks: Networks): ServiceMachine[] {
  return Object.entries(MACHINES).flatMap(([type, shape]) =>
    input
      .managed(type)
      .filter((resource) => !shape.none?.(resource, input))
      .map((resource) => machine(resource, shape, input, networks)),
  );
}

function machine(resource: Resource, shape: MachineShape, input: GoogleInput, networks: Networks): ServiceMachine {
  const first = (path: string | undefined) => (path === undefined ? undefined : input.collect(resource, path)[0]);
  const { network, subnet } = networks.place(first(shape.network), first(shape.subnet), resource);
  const openness = shape.external === "never" ? "closed" : opennessOf(resource, [shape.external], input);
  return {
    resource,
    face: {
      network,
      subnet,
      v4: networks.block(first(shape.block), resource) ?? subnet.v4,
      v6: AddressSet.empty,
      externalV4: typeof openness === "object" ? openness.unknown : openness === "open",
      externalV6: false,
    },
    written: {
      resource,
      tags: [
        ...(shape.given?.(resource) ?? []),
        ...(shape.tags === undefined ? [] : input.collect(resource, shape.tags)),
      ],
      account: first(shape.account),
      secureTags: undefined,
    },
  };
}
