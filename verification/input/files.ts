/** Every file that decides on a verdict, so that it can be told whether two inputs are the same. */
import { realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InputError } from "../input-error";
import { stackFiles } from "../readers/cdktf-output";
import { isCdktfOutput, namesIn, OF_TOOLS, refused } from "./folder";

/**
 * The files at a path, in the order of their names: itself, the stacks of a `cdktf.out` folder with their manifest, or
 * all that lies in a folder. Of what Terraform keeps beside a configuration only modules are read, so only these count.
 *
 * @param aside files that are no input, resolved
 * @throws InputError if a path can't be read, or is neither a file nor a folder
 */
export async function filesAt(
  path: string,
  aside: ReadonlySet<string>,
  above: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const found = await stat(path).catch(refused(path));
  if (found.isFile()) return aside.has(resolve(path)) ? [] : [path];
  if (!found.isDirectory()) throw new InputError(path, 0, "is neither a file nor a folder, and can't be read twice");
  const real = await realpath(path);
  // A link to a folder above leads in a circle.
  if (above.has(real)) return [];
  const names = (await namesIn(path)).sort();
  if (await isCdktfOutput(path, names)) {
    return [join(path, "manifest.json"), ...(await stackFiles(path)).map((stack) => stack.path)];
  }
  const files: string[] = [];
  for (const name of names) {
    const isTerraforms = name === ".terraform";
    if (OF_TOOLS.test(name) && !isTerraforms) continue;
    const one = isTerraforms ? join(path, name, "modules") : join(path, name);
    const isThere = await stat(one).then(
      () => true,
      () => false,
    );
    if (isThere || !isTerraforms) files.push(...(await filesAt(one, aside, new Set([...above, real]))));
  }
  return files;
}
