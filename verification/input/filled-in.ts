/**
 * Templates of objects that Terraform of the input fills in, which are judged where that does: by `templatefile` and the
 * like (developer.hashicorp.com/terraform/language/functions/templatefile).
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isTerraformFile } from "../readers/hcl/index";
import { asciiOf } from "../readers/text-file";
import { TEMPLATE_OF_OBJECTS } from "../readers/tool-texts";

/** Every file of a folder, whatever it is called. */
const ALL_FILES = /\bfileset\s*\([^)]*\*"\s*\)/;

/**
 * Those of the file names that are templates and that one of these folders' Terraform names, in full or by their ending
 * alone: `${each.key}.yaml.tpl`, `*.yaml.tpl`.
 */
export async function filledIn(names: readonly string[], modules: readonly string[]): Promise<ReadonlySet<string>> {
  const templates = names.filter((name) => TEMPLATE_OF_OBJECTS.test(name));
  if (templates.length === 0) return new Set();
  const texts = (await Promise.all(modules.map(textsOf))).flat();
  const isNamed = (name: string) => {
    const ending = TEMPLATE_OF_OBJECTS.exec(name)?.[0] ?? name;
    return texts.some(
      (text) => [name, `}${ending}`, `*${ending}`].some((way) => text.includes(way)) || ALL_FILES.test(text),
    );
  };
  return new Set(templates.filter(isNamed));
}

async function textsOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter(isTerraformFile);
  return Promise.all(names.map((name) => asciiOf(join(folder, name))));
}
