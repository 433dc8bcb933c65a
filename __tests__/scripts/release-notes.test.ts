import { readFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../package.json";
import { releaseNotes } from "../../scripts/release-notes";

const changelog = readFileSync(join(__dirname, "../../CHANGELOG.md"), "utf8");

test("a release's notes are its section of the changelog, and no other", () => {
  const text = `# Changelog\n\n## Unreleased\n\n- later\n\n## ${version} - 2026-11-30\n\n### Added\n\n- this\n\n## 0.0.9 - 2026-01-01\n\n- before\n`;
  expect(releaseNotes(`v${version}`, text)).toBe("### Added\n\n- this\n");
});

test("the changelog has notes of this version", () => {
  expect(releaseNotes(`v${version}`, changelog)).toMatch(/^### Added\n/);
});

test.each([
  ["v99.0.0", changelog, `(allowed: v${version})`],
  ["", changelog, `(allowed: v${version})`],
  [`v${version}`, "# Changelog\n\n## Unreleased\n\n- all\n", `says nothing of ${version}`],
  [`v${version}`, `## ${version} - 2026-11-30\n\n## 0.0.9 - 2026-01-01\n\n- before\n`, `says nothing of ${version}`],
])("'%s' of a changelog that does not tell of it is refused", (tag, text, message) => {
  expect(() => releaseNotes(tag, text)).toThrow(message);
});
