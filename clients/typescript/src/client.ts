// A client of the storefront API, typed by its OpenAPI document.
import createClient, { type Client } from "openapi-fetch";
import type {
  ArticleDocument,
  Item,
  NewComment,
  paths,
  ProblemDocument,
} from "./schema.js";

export type Shop = Client<paths>;

/** An answer that is a problem (RFC 9457): `problem.code` says which. */
export class Refusal extends Error {
  constructor(readonly problem: ProblemDocument) {
    super(problem.detail);
  }
}

export function connect(baseUrl: string, key?: string): Shop {
  return createClient<paths>({ baseUrl, headers: key ? { "X-Api-Key": key } : {} });
}

/** Every released article of a locale, the newest first. */
export async function* articles(shop: Shop, locale: string, limit = 20): AsyncGenerator<Item> {
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = cursor ? { limit, cursor } : { limit };
    const { data, error } = await shop.GET("/api/v1/{locale}/articles/", {
      params: { path: { locale }, query },
    });
    if (!data) throw refused(error);
    yield* data.items;
    cursor = data.next_cursor;
  } while (cursor);
}

/** What is kept of an article: send its ETag along and a 304 says it is still true. */
export interface Kept {
  etag: string;
  article: ArticleDocument;
}

export async function readArticle(
  shop: Shop,
  locale: string,
  slug: string,
  kept?: Kept,
): Promise<Kept> {
  const { data, error, response } = await shop.GET("/api/v1/{locale}/articles/{slug}/", {
    params: { path: { locale, slug } },
    headers: kept ? { "If-None-Match": kept.etag } : {},
  });
  if (kept && response.status === 304) return kept;
  if (!data) throw refused(error);
  // Without `fields` the document is whole.
  return { etag: response.headers.get("ETag") ?? "", article: data as ArticleDocument };
}

export async function sendComment(
  shop: Shop,
  locale: string,
  slug: string,
  body: NewComment,
): Promise<void> {
  const { error } = await shop.POST("/api/v1/{locale}/articles/{slug}/comments/", {
    params: { path: { locale, slug } },
    body,
  });
  if (error) throw refused(error);
}

function refused(error: unknown): Error {
  const known = typeof error === "object" && error !== null && "code" in error && "detail" in error;
  return known ? new Refusal(error as ProblemDocument) : new Error("no answer");
}
