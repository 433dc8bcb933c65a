/** What a report says of AWS. */
import type { AwsDeployment } from "../../config/deployment";
import * as aws from "../../config/aws/names";
import { LOG_FOLDER } from "../../config/logs";
import { plain } from "../html/commands";
import type { Command } from "../html/model";
import type { Judgement } from "../../verification/verify";
import { ofType, type ReportedCloud } from "./cloud";

export function awsCloud(deployment: AwsDeployment): ReportedCloud {
  const bucket = aws.metadataBucket(deployment);
  return {
    words: {
      cloud: "AWS",
      account: ["Account", deployment.account],
      cluster: "EKS",
      objectStore: { product: "S3", name: bucket },
      objectStoreHost: `${bucket}.s3.${deployment.cloudRegion}.amazonaws.com`,
      logs:
        deployment.logs === "object-store"
          ? { product: "S3", name: `${bucket}/${LOG_FOLDER}` }
          : { product: "CloudWatch", name: aws.taskLogGroup(deployment) },
      registry: { product: "ECR", name: aws.pullThroughPrefix(deployment) },
      secretStore: { product: "Secrets Manager", name: aws.secretPrefix(deployment) },
      privateConnection: "PrivateLink",
    },
    privateConnections: () => [
      plain(`aws ec2 describe-vpc-endpoint-service-configurations --region ${deployment.cloudRegion}`),
      plain(
        `aws ec2 describe-vpc-endpoints --region ${deployment.cloudRegion} --filters 'Name=service-name,Values=*eks*'`,
      ),
    ],
    flowLogs: (judgement) => flowLogs(deployment, judgement),
    setsCors: ({ type }) => type === "aws_s3_bucket_cors_configuration",
    namedById: ["aws_eks_cluster"],
  };
}

function flowLogs(deployment: AwsDeployment, judgement: Judgement): Command[] {
  const format = ofType(judgement, "aws_flow_log")[0]?.values["log_format"];
  if (typeof format !== "string") return [];
  const tests: Readonly<Record<string, string>> = {
    flow_direction: "flow_direction = ingress",
    tcp_flags: "tcp_flags = 2 || tcp_flags = 3",
    action: "action = ACCEPT",
  };
  const fields = [...format.matchAll(/\{([\w-]+)\}/g)].map(([, field = ""]) => field.replaceAll("-", "_"));
  const pattern = `[${fields.map((field) => tests[field] ?? field).join(", ")}]`;
  return [
    plain(
      `aws logs filter-log-events --region ${deployment.cloudRegion} --log-group-name ${aws.flowLogGroup(deployment)} ` +
        `--query 'events[].message' --filter-pattern '${pattern}'`,
    ),
  ];
}
