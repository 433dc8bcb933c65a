import { PrivateConnectivity } from "../../../constructs/azure/private-connectivity";
import { Testing } from "../../../framework";
import type { Json } from "../../support/constructs";

const UNION = "22222222-2222-3333-4444-555555555555";

const { resource, data } = JSON.parse(
  Testing.synthScope((scope) => {
    new PrivateConnectivity(scope, "private-connectivity", {
      name: "acme",
      group: { name: "union-acme", location: "eastus2", tags: { "union:deployment": "acme" } },
      subnetId: "subnet/private-link",
      nodeResourceGroup: "${azurerm_kubernetes_cluster.cluster.node_resource_group}",
      subscriptions: [UNION],
    });
  }),
);
const [service, ...others] = Object.values<Json>(resource.azurerm_private_link_service);
const [[name, api]] = Object.entries<Json>(data.azurerm_lb) as [[string, Json]];

test("a connection needs a given subscription and the customer's acceptance", () => {
  expect(others).toEqual([]);
  expect(service).toMatchObject({ visibility_subscription_ids: [UNION], auto_approval_subscription_ids: [] });
});

test("the service names the invariant that it departs from", () => {
  expect(service.tags).toEqual({ "union:deployment": "acme", "union:exception": "no-inbound" });
});

test("it leads to the Kubernetes API's own load balancer, which is there once the cluster is", () => {
  expect(api).toMatchObject({
    name: "kube-apiserver",
    resource_group_name: "${azurerm_kubernetes_cluster.cluster.node_resource_group}",
  });
  expect(service.load_balancer_frontend_ip_configuration_ids).toEqual([
    `\${data.azurerm_lb.${name}.frontend_ip_configuration[0].id}`,
  ]);
  // A plan that changes the cluster does not know it, and would make another service, which cuts the connection.
  expect(service.lifecycle.ignore_changes).toEqual(["load_balancer_frontend_ip_configuration_ids"]);
});

test("its packets come from its own subnet", () => {
  expect(service.nat_ip_configuration).toEqual([
    expect.objectContaining({ primary: true, subnet_id: "subnet/private-link" }),
  ]);
});
