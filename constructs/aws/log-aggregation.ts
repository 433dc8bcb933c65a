import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "../../framework";

/** Where tasks' logs go and how they are kept. Times are days. */
export interface LogAggregationProps {
  /** Name of the CloudWatch log group, as `keyArn`'s policy and Fluent Bit's output have it. */
  readonly logGroupName: string;
  /** Days that logs are kept: one of CloudWatch's own choices. */
  readonly retentionDays: number;
  /** Key that encrypts the logs; its policy must admit CloudWatch Logs for this group. */
  readonly keyArn: string;
}

/** Where Fluent Bit ships pod logs. Document: "Communication paths", Fluent Bit to Log Aggregator. */
export class LogAggregation extends Construct {
  /** ARN of the log group, without `:*`. */
  readonly arn: string;

  constructor(scope: Construct, id: string, { logGroupName, retentionDays, keyArn }: LogAggregationProps) {
    super(scope, id);
    const group = new CloudwatchLogGroup(this, "group", {
      name: logGroupName,
      retentionInDays: retentionDays,
      kmsKeyId: keyArn,
    });
    this.arn = group.arn;
  }
}
