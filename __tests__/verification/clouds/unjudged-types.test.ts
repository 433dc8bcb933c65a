/** Types whose argument, or whose mere presence, opens something that no endpoint of the model stands for. */
import { awsPart } from "../../../verification/clouds/aws/index";
import { azurePart } from "../../../verification/clouds/azure/index";
import { resourcesOf } from "../../support/resources";

test.each<[type: string, values: object, isNamed: boolean]>([
  ["aws_ami_launch_permission", { group: "all" }, true],
  ["aws_ami_launch_permission", { account_id: "111122223333" }, false],
  ["aws_amplify_app", { enable_auto_branch_creation: true }, true],
  ["aws_amplify_app", {}, false],
  ["aws_connect_instance", {}, true],
  ["aws_media_package_channel", {}, true],
  ["azurerm_elastic_cloud_elasticsearch", {}, true],
  ["azurerm_healthbot", {}, true],
  ["azurerm_kubernetes_fleet_manager", { hub_profile: [{ dns_prefix: "a" }] }, true],
  ["azurerm_kubernetes_fleet_manager", {}, false],
  ["azurerm_storage_sync", {}, true],
  ["azurerm_storage_sync", { incoming_traffic_policy: "AllowVirtualNetworksOnly" }, false],
])("%s with %j: %s", (type, values, isNamed) => {
  const resources = resourcesOf({ resource: { [type]: { a: values } } });
  const { unjudged } = type.startsWith("aws") ? awsPart(resources) : azurePart(resources);
  expect(unjudged.map(({ resource }) => resource)).toEqual(isNamed ? [`${type}.a`] : []);
});
