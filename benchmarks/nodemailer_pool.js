// The floor of `smtp` in Node: nodemailer's pool, which builds and sends a mail for each reader.
// Run as: node nodemailer_pool.js LETTER PORT CONNECTIONS COUNT, from where nodemailer is installed.
"use strict";
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const nodemailer = createRequire(process.cwd() + "/")("nodemailer");

const [letter, port, connections, count] = process.argv.slice(2);
const { subject, text, html } = JSON.parse(readFileSync(letter, "utf8"));
const transport = nodemailer.createTransport({
  pool: true, host: "127.0.0.1", port: Number(port), secure: false, ignoreTLS: true,
  maxConnections: Number(connections), maxMessages: Infinity,
});
let next = 0;

async function work() {
  while (next < Number(count)) {
    const number = next++;
    const name = `Lezer ${number}`;
    const leave = `https://brief.example/unsubscribe/${String(number).padStart(32, "0")}`;
    await transport.sendMail({
      from: "Renata <renata@brief.example>", to: `lezer.${number}@gemeente.example`, subject,
      text: text.replace("NAME", name) + leave, html: html.replace("NAME", name) + leave,
      headers: { "List-Unsubscribe": `<${leave}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
    });
  }
}

const start = process.hrtime.bigint();
Promise.all(Array.from({ length: 4 * Number(connections) }, work)).then(() => {
  const wall = Number(process.hrtime.bigint() - start) / 1e9;
  transport.close();
  console.log(JSON.stringify({ wall }));
});
