import { inboundOf } from "../../support/no-inbound";

const SETTINGS = "databricks_mws_private_access_settings";
const given = (settings: object) => ({
  databricks_mws_workspaces: { a: { private_access_settings_id: `\${${SETTINGS}.a.private_access_settings_id}` } },
  [SETTINGS]: { a: { private_access_settings_name: "a", ...settings } },
});

test.each([
  ["without settings", { databricks_mws_workspaces: { a: { workspace_name: "a" } } }, "violated tcp 443"],
  ["with public access", given({ public_access_enabled: true }), "violated tcp 443"],
  ["without public access", given({ public_access_enabled: false }), "pass"],
  ["with settings that do not say", given({}), "pass"],
  ["with settings that can't be told", given({ public_access_enabled: "${var.a}" }), "unknown"],
  [
    "with settings of elsewhere",
    { databricks_mws_workspaces: { a: { private_access_settings_id: "0b6f4a1e" } } },
    "unknown",
  ],
  [
    "with an id that can't be told",
    { databricks_mws_workspaces: { a: { private_access_settings_id: "${var.a}" } } },
    "unknown",
  ],
])("a workspace %s: %s", (_, resources, verdict) => {
  expect(inboundOf(resources)).toBe(verdict);
});
