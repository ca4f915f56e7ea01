// Talks to the server: questions, and what changes something, with the key that proves it is this page.

import { tell } from "./state.js";

let key = document.querySelector('meta[name="newsletter-key"]').content;

// The answer as JSON, null when there is none; "line" events say why: "stopped", "locked" or "bug".
export const ask = (address) => request(address, {});
export const post = (address, words) => request(address, { method: "POST", body: JSON.stringify(words) });
export const put = (address, words) => request(address, { method: "PUT", body: JSON.stringify(words) });

async function request(address, options, isAgain = false) {
  let response;
  try {
    response = await fetch(address, { ...options, headers: { "X-Newsletter-Key": key } });
  } catch {
    tell("line", "stopped");
    return null;
  }
  const isJson = (response.headers.get("content-type") || "").startsWith("application/json");
  if (isJson) return response.json();
  if (response.status === 403) {
    if (!isAgain && (await greet())) return request(address, options, true);
    tell("line", "locked");
  } else tell("line", "bug");
  return null;
}

// A page that outlived its server learns the key of the new start, once the browser has its cookie.
export async function greet() {
  try {
    const response = await fetch("/hello");
    if (!response.ok) return false;
    key = (await response.json()).key;
    return true;
  } catch {
    return false;
  }
}
