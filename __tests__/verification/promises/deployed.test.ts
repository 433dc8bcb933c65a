import type { Resource } from "../../../verification/model";
import { separate } from "../../../verification/promises/deployed";

test("an input of any size is sorted: an account has more resources than the stack has room for", () => {
  const location = { file: "a", line: 1 };
  const all = Array.from({ length: 300_000 }, (_, i): Resource => ({
    ...{ type: "aws_network_interface", address: `aws_network_interface.${i}`, mode: "managed", unit: "a" },
    ...{ values: {}, location, locate: () => location },
  }));
  expect(separate(all).rest).toHaveLength(all.length);
});
