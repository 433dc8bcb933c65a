import { certain, judged, only, opens } from "../../../../support/google-part";

test.each<[string, object, [string, string]]>([
  ["everyone", { connection_preference: "ACCEPT_AUTOMATIC" }, certain("any")],
  [
    "the projects that it accepts",
    { connection_preference: "ACCEPT_MANUAL", consumer_accept_lists: [{ project_id_or_num: "p" }] },
    ["nothing", "any"],
  ],
  ["nobody yet", { connection_preference: "ACCEPT_MANUAL" }, certain("nothing")],
  ["whom it does not say", { connection_preference: "a${x.y}" }, ["nothing", "any"]],
])("a service attachment lets consumers in: %s", (_, values, expected) => {
  const part = judged({ google_compute_service_attachment: { a: values } });
  const attachment = only(part, "google_compute_service_attachment.a");
  expect(opens(attachment, "google:private-service-connect")).toEqual(expected);
  expect(opens(attachment, "1.1.1.1")[0]).toBe("nothing");
});
