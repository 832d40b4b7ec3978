// From an article to the HTML of its page.
import type { ArticleDocument, ContentBlock, Image, ItemList, TocEntry } from "./schema.js";

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** `html` of a block is sanitised by the service; everything else is plain text. */
export function block(one: ContentBlock): string {
  switch (one.type) {
    case "paragraph":
      return `<p>${one.html}</p>`;
    case "heading":
      return `<h${one.level} id="${one.anchor}">${escaped(one.text)}</h${one.level}>`;
    case "list":
      return list(one);
    case "statement":
      return `<aside>${one.html}</aside>`;
    case "quote":
      return `<blockquote>${one.html}</blockquote>`;
    case "product_cta":
      return one.product
        ? `<a class="product" href="${one.product.url}">${escaped(one.product.name)}: ${escaped(one.label)}</a>`
        : "";
    case "image":
      return `<figure>${picture(one.image)}<figcaption>${escaped(one.image.caption)}</figcaption></figure>`;
    case "table":
      return `<table>${one.rows
        .map((row) => `<tr>${row.map((cell) => `<td>${cell.html}</td>`).join("")}</tr>`)
        .join("")}</table>`;
    case "citation":
      return `<a href="#c-${one.ref}">${escaped(one.text)}</a>`;
    case "notice":
      return `<p class="notice">${escaped(one.text)}</p>`;
    case "divider":
      return "<hr>";
    default:
      return unknown(one);
  }
}

/** Does not compile while a block type is missing above; at run time a newer type is its text. */
function unknown(one: never): string {
  return `<p>${escaped((one as { text: string }).text)}</p>`;
}

/** The browser takes the first format it can show, in the width it needs. */
export function picture(one: Image): string {
  const formats = [...new Set(one.sources.map((file) => file.format))];
  const sources = formats.map((format) => {
    const files = one.sources.filter((file) => file.format === format);
    const widths = files.map((file) => `${file.url} ${file.w}w`).join(", ");
    return `<source type="image/${format}" srcset="${widths}" sizes="100vw">`;
  });
  const last = one.sources[one.sources.length - 1];
  if (!last) return "";
  const size = `width="${last.w}" height="${last.h}"`;
  return `<picture>${sources.join("")}<img src="${last.url}" ${size} alt="${escaped(one.alt)}"></picture>`;
}

function list(one: ItemList): string {
  const name = one.style === "bullet" ? "ul" : "ol";
  const items = one.items.map((item) => `<li>${item.html}${item.lists.map(list).join("")}</li>`);
  return `<${name}>${items.join("")}</${name}>`;
}

function contents(entries: TocEntry[]): string {
  if (entries.length === 0) return "";
  const items = entries.map(
    (entry) =>
      `<li><a href="#${entry.anchor}">${escaped(entry.text)}</a>${contents(entry.children)}</li>`,
  );
  return `<ol>${items.join("")}</ol>`;
}

export function page(article: ArticleDocument): string {
  const { seo } = article;
  const data = JSON.stringify(seo.json_ld).replaceAll("<", "\\u003c");
  return [
    `<!doctype html><html lang="${article.content_language}"><head><meta charset="utf-8">`,
    `<title>${escaped(seo.title)}</title>`,
    `<meta name="description" content="${escaped(seo.description)}">`,
    `<meta name="robots" content="${seo.robots}"><link rel="canonical" href="${seo.canonical}">`,
    ...article.alternates.map(
      (one) => `<link rel="alternate" hreflang="${one.hreflang}" href="${one.url}">`,
    ),
    `<script type="application/ld+json">${data}</script></head><body>`,
    `<h1>${escaped(article.title)}</h1><nav>${contents(article.toc)}</nav>`,
    article.hero_image ? picture(article.hero_image) : "",
    ...article.blocks.map(block),
    `<ul>${article.related
      .map((one) => `<li><a href="${one.url}">${escaped(one.title)}</a></li>`)
      .join("")}</ul></body></html>`,
  ].join("\n");
}
