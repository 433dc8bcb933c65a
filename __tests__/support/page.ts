import { join } from "node:path";
import type { Page } from "../../report/html/model";
import { pageOf } from "../../report/html/data";
import { judgeEach, loadJudged } from "../../verification/verify";
import { writeFiles } from "./scratch";

/** What a report of paths shows. */
export async function pageFor(...paths: string[]): Promise<Page> {
  return pageOf(judgeEach(await loadJudged(paths), { today: "2026-08-01" }), "2026-08-01");
}

/** Text that would do harm if a page read it as markup. */
export const HOSTILE = `</script><script>document.title="owned"</script><img src=x onerror='document.title="owned"'>"&\u202e`;

/** A group open to the internet whose names are hostile, as somebody else's Terraform. */
export function writeHostile(folder: string): void {
  writeFiles({
    [join(folder, "a.tf.json")]: {
      resource: {
        aws_security_group: {
          [HOSTILE]: { ingress: [{ from_port: 22, to_port: 22, protocol: "tcp", cidr_blocks: ["0.0.0.0/0"] }] },
        },
      },
    },
  });
}
