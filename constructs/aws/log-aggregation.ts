import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "../../framework";

/** Where tasks' logs go and how they are kept. Times are days. */
export interface LogAggregationProps {
  readonly logGroupName: string;
  /** Days that logs are kept: one of CloudWatch's own choices. */
  readonly retentionDays: number;
  /** Key that encrypts the logs; its policy must admit CloudWatch Logs for this group. */
  readonly keyArn: string;
}

/** Where Fluent Bit ships pod logs. Document: "Communication paths", Fluent Bit to Log Aggregator. */
export class LogAggregation extends Construct {
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
