import { judgeAwsPrincipals } from "../../../../verification/clouds/aws/principals";
import { buildSystem } from "../../../../verification/system";
import { deploymentOn } from "../../../support/deployments";
import { resourcesOf } from "../../../support/resources";

test("an endpoint of a module is judged as one of the stack itself is", () => {
  const endpoint = { vpc_id: "vpc-1", service_name: "com.amazonaws.us-east-2.sts", vpc_endpoint_type: "Interface" };
  const resources = resourcesOf({ resource: { aws_vpc_endpoint: { sts: endpoint } } });
  const inModule = resources.map((one) => ({ ...one, address: `module.network.${one.address}` }));
  for (const input of [resources, inModule]) {
    const problems = [...judgeAwsPrincipals(buildSystem(input), deploymentOn("aws"))];
    expect(problems.map(({ resource, message }) => [resource, message])).toEqual([
      [input[0]?.address, "has no policy: credentials of any account pass it"],
    ]);
  }
});
