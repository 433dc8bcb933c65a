import { referenceTo } from "../../../../verification/model";
import { field } from "../../../../verification/values";
import { TerraformInput } from "../../../../verification/clouds/terraform-input";
import { mayBeStar, mayReadStar } from "../../../../verification/clouds/aws/anybody";
import { resourcesOf } from "../../../support/resources";

test.each([
  ["${}", true],
  ["${}${}", true],
  ["${}*", true],
  ["*", false],
  ["", false],
  ["arn:aws:iam::${}:root", false],
])("a text %j may be everybody: %s", (text, may) => {
  expect(mayReadStar(text)).toBe(may);
});

test.each<[principal: unknown, may: boolean]>([
  ["${var.n}", true],
  ["${var.n}${var.m}", true],
  ['${split(",", data.aws_ssm_parameter.p.value)}', true],
  ["${data.aws_ssm_parameter.p.value}", true],
  ["${data.external.p.result.arn}", true],
  ["${terraform_data.p.id}", true],
  [["111122223333", "${var.n}"], true],
  ["${aws_ssm_parameter.star.value}", true],
  ["${aws_ssm_parameter.own.value}", false],
  ["${aws_ssm_parameter.unknown.value}", true],
  ["${aws_ssm_parameter.role.value}", false],
  ["${aws_ssm_parameter.star.arn}", false],
  ["${aws_iam_role.r.arn}", false],
  ["${aws_iam_role.r.unique_id}", false],
  ["${aws_iam_role.r.arn}${aws_iam_role.r.arn}", false],
  ["${aws_cloudfront_origin_access_identity.o.iam_arn}", false],
  ["${data.aws_caller_identity.current.account_id}", false],
  ["${data.aws_elb_service_account.main.arn}", false],
  ["arn:aws:iam::${var.n}:root", false],
  ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root", false],
  ["111122223333", false],
])("%j may be everybody: %s", (principal, may) => {
  const resources = resourcesOf({
    resource: {
      aws_lambda_permission: { x: { principal } },
      aws_iam_role: { r: { name: "r" } },
      aws_ssm_parameter: {
        star: { value: "*" },
        own: { value: "111122223333" },
        unknown: { value: "${var.n}" },
        role: { value: "${aws_iam_role.r.arn}" },
      },
    },
  });
  const [from] = resources.filter(({ type }) => type === "aws_lambda_permission");
  if (!from) throw new Error("it is not read");
  expect(mayBeStar(field(from, "principal"), from, TerraformInput.of(resources))).toBe(may);
});

test.each([
  ["aws_iam_role.r[0]", false],
  ['module.m["a.b"].aws_iam_role.r["c.d"]', false],
  ["data.aws_iam_role.r", false],
  ["module.m", true],
  ["null_resource.r", true],
])("an ARN of %s, which the input does not hold, may be everybody: %s", (address, may) => {
  const [from] = resourcesOf({ resource: { aws_lambda_permission: { x: {} } } });
  if (!from) throw new Error("it is not read");
  expect(mayBeStar(referenceTo(address, "arn"), from, TerraformInput.of([from]))).toBe(may);
});
