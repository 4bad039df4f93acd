// Search over the list in search.js: every word must stand in an entry. Entries are shown as text, never as markup.
"use strict";

const LISTED = 100;
const AROUND = 30;
const root = document.documentElement.dataset.root;
const input = document.querySelector(".search");
const results = document.querySelector("#results");
const status = document.querySelector("#status");

function snippet(text, word) {
  const characters = Array.from(text);
  const at = Array.from(text.toLowerCase().split(word)[0]).length;
  const start = Math.max(0, at - AROUND);
  const end = at + word.length + AROUND * 2;
  return (start ? "…" : "") + characters.slice(start, end).join("") + (end < characters.length ? "…" : "");
}

function entry(found, word) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = root + found.place;
  link.textContent = found.title;
  const kind = document.createElement("span");
  kind.className = "muted";
  kind.textContent = `　${found.kind}`;
  const text = document.createElement("div");
  text.textContent = snippet(found.text, word);
  item.append(link, kind, text);
  return item;
}

function search() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length ? SEARCH.filter(({ title, text }) => words.every((word) => `${title}\n${text}`.toLowerCase().includes(word))) : [];
  results.replaceChildren(...found.slice(0, LISTED).map((one) => entry(one, words.find((word) => one.text.toLowerCase().includes(word)) ?? "")));
  const more = found.length > LISTED ? `，列出前 ${LISTED} 处` : "";
  status.textContent = words.length ? (found.length ? `找到 ${found.length} 处${more}` : "没有找到；文中未载明，或换一个词再试") : "";
}

input.addEventListener("input", search);
input.value = new URLSearchParams(location.search).get("q") ?? "";
search();
