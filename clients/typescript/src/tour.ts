// A walk through the API: `node dist/tour.js http://127.0.0.1:8000 de`. Prints what it saw as JSON.
import { articles, connect, readArticle, Refusal, sendComment } from "./client.js";
import { page } from "./page.js";

const [base = "http://127.0.0.1:8000", locale = "de"] = process.argv.slice(2);
const shop = connect(base);

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "";
  } catch (error) {
    if (error instanceof Refusal) return error.problem.code;
    throw error;
  }
}

const slugs: string[] = [];
for await (const item of articles(shop, locale, 1)) {
  if (item.slug) slugs.push(item.slug);
}
const pages: Record<string, string> = {};
let unchanged = 0;
for (const slug of slugs) {
  const kept = await readArticle(shop, locale, slug);
  if ((await readArticle(shop, locale, slug, kept)) === kept) unchanged += 1;
  pages[slug] = page(kept.article);
}
const first = slugs[0] ?? "";
const comment = { name: "Ada", text: "Danke.", consent: true };
const seen = {
  slugs,
  unchanged,
  pages,
  missing: await codeOf(readArticle(shop, locale, "gibt-es-nicht")),
  comment: await codeOf(sendComment(shop, locale, first, comment)),
  refused: await codeOf(sendComment(shop, locale, first, { ...comment, consent: false })),
};
process.stdout.write(JSON.stringify(seen));
