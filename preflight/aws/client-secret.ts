/** Whether the secret that holds the client secret has a value. The value itself is never asked for. */
import { clientSecretName } from "../../config/aws/names";
import { fails, holds, type Check } from "../check";
import { askedFor, type Looking } from "./ask";

export function clientSecret({ deployment, services: { secrets } }: Looking): readonly Check[] {
  const given = deployment.clientSecretArn;
  const SecretId = given ?? clientSecretName(deployment);
  const set = `aws secretsmanager put-secret-value --region ${deployment.cloudRegion} --secret-id ${SecretId} --secret-string file://client-secret`;
  return [
    {
      about: `secret ${SecretId}`,
      look: async () => {
        const call = secrets.client.send(new secrets.sdk.DescribeSecretCommand({ SecretId }));
        const told = await askedFor("secretsmanager:DescribeSecret", call, ["ResourceNotFoundException"]);
        if (told === undefined) {
          const remedy = given === undefined ? `deploy the infrastructure, then: ${set}` : "see 'clientSecretArn'";
          return fails("is not there", remedy);
        }
        const isSet = Object.values(told.VersionIdsToStages ?? {}).some((stages) => stages.includes("AWSCURRENT"));
        return isSet ? holds("has a value") : fails("has no value", set);
      },
    },
  ];
}
