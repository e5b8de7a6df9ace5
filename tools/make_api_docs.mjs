#!/usr/bin/env node
// tools/make_api_docs.mjs [--check]: writes docs/api.md from api/openapi.yaml; with --check it says whether it is what would
// be written. Needs the packages of tests/judges/openapi (tools/install_judges).
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
if (!fs.existsSync(path.join(root, "tests/judges/openapi/node_modules"))) process.exit(77);
const YAML = createRequire(path.join(root, "tests/judges/openapi/package.json"))("yaml");
const api = YAML.parse(fs.readFileSync(path.join(root, "api/openapi.yaml"), "utf8"));

const typeOf = (schema) => {
  if (!schema) return "";
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.oneOf) return schema.oneOf.map(typeOf).join(" or ");
  if (schema.enum) return schema.enum.map((word) => `\`${word}\``).join(", ");
  if (schema.type === "array") return `list of ${typeOf(schema.items) || "any"}`;
  const type = [schema.type ?? "any"].flat().map((one) => one ?? "null").join(" or ");
  return schema.format ? `${type} (${schema.format})` : type;
};
const cell = (text) => String(text ?? "").trim().replaceAll("\n", " ").replaceAll("|", "\\|");

const lines = [
  "# HTTP API", "",
  "<!-- Written by tools/make_api_docs.mjs from api/openapi.yaml. Do not edit. -->", "",
  api.info.description.trim(), "",
];
for (const tag of api.tags) {
  lines.push(`## ${tag.name[0].toUpperCase()}${tag.name.slice(1)}`, "", tag.description, "");
  for (const [route, item] of Object.entries(api.paths))
    for (const [method, operation] of Object.entries(item)) {
      if (!operation.tags?.includes(tag.name)) continue;
      lines.push(`### ${method.toUpperCase()} ${route}`, "", `${operation.summary}. ${(operation.description ?? "").trim()}`.trim(), "");
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      if (parameters.length) {
        lines.push("| parameter | in | type | |", "|---|---|---|---|");
        for (const one of parameters) lines.push(`| \`${one.name}\` | ${one.in} | ${cell(typeOf(one.schema))} | ${cell(one.description)} |`);
        lines.push("");
      }
      const bodies = Object.entries(operation.requestBody?.content ?? {});
      if (bodies.length) lines.push(`Body: ${bodies.map(([type, one]) => `${typeOf(one.schema)} (\`${type}\`)`).join(" or ")}.`, "");
      for (const [status, answer] of Object.entries(operation.responses)) {
        if (answer.$ref) continue;
        const types = Object.entries(answer.content ?? {}).map(([type, one]) => (one.schema.$ref || one.schema.oneOf ? typeOf(one.schema) : `\`${type}\``));
        lines.push(`- ${status}: ${answer.description}${types.length ? ` ${types.join(" or ")}` : ""}`);
      }
      const problems = Object.entries(operation.responses).filter(([status, answer]) => answer.$ref && status !== "default").map(([status]) => status);
      if (problems.length) lines.push(`- ${problems.join(", ")}: a [Problem](#problem)`);
      lines.push("");
    }
}
lines.push("## Records", "");
for (const [name, schema] of Object.entries(api.components.schemas)) {
  lines.push(`### ${name}`, "");
  if (schema.description) lines.push(schema.description, "");
  if (schema.enum) lines.push(typeOf(schema) + ".", "");
  const members = Object.entries(schema.properties ?? {});
  if (!members.length) continue;
  lines.push("| member | type | |", "|---|---|---|");
  for (const [member, one] of members) {
    const note = [schema.required?.includes(member) ? "" : "optional", one.description].filter(Boolean).join(". ");
    lines.push(`| \`${member}\` | ${cell(typeOf(one))} | ${cell(note)} |`);
  }
  lines.push("");
}
const text = lines.join("\n").trimEnd() + "\n";
const file = path.join(root, "docs/api.md");
if (process.argv[2] !== "--check") fs.writeFileSync(file, text);
else if (!fs.existsSync(file) || fs.readFileSync(file, "utf8") !== text) {
  console.error("docs/api.md is not what api/openapi.yaml gives; run tools/make_api_docs.mjs");
  process.exit(1);
}
