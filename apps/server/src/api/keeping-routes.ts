/** The routes of what the installation keeps and tells: retention and notices. */
import {
  type Engine,
  type NoticeChannel,
  noticeSettings,
  retentionRules,
  type SentNotice,
} from "@greenroom/engine";
import { createRoute, z } from "@hono/zod-openapi";
import { some, text } from "./answer-parts.ts";
import * as schemas from "./keeping-schemas.ts";
import { body, idParam, json, list, newRoutes, refused } from "./route-parts.ts";

/** Makes the routes of `/retention` and `/notices`. */
export function createKeepingRoutes({ retention, notices }: Engine) {
  return newRoutes()
    .openapi(
      createRoute({
        ...{ method: "get", path: "/retention" },
        responses: { 200: json(schemas.retention, "What is kept where a recipe says nothing") },
      }),
      async (c) => c.json(await retention.rules(), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "put", path: "/retention", request: body(schemas.retention) },
        responses: {
          200: json(schemas.retention, "Set; what is over is deleted within minutes"),
          ...refused,
        },
      }),
      async (c) => {
        await retention.setRules(retentionRules.parse(c.req.valid("json")));
        return c.json(await retention.rules(), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/notices" },
        responses: { 200: json(list(schemas.notice), "The last hundred, newest first") },
      }),
      async (c) => c.json({ items: (await notices.list()).map(noticeAnswer) }, 200),
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/notices/settings" },
        responses: { 200: json(schemas.noticeSettings, "What is told, and how often") },
      }),
      async (c) => c.json(await notices.settings(), 200),
    )
    .openapi(
      createRoute({
        ...{ method: "put", path: "/notices/settings", request: body(schemas.noticeSettings) },
        responses: { 200: json(schemas.noticeSettings, "Set"), ...refused },
      }),
      async (c) => {
        await notices.setSettings(noticeSettings.parse(c.req.valid("json")));
        return c.json(await notices.settings(), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "get", path: "/notices/channels" },
        responses: { 200: json(list(schemas.noticeChannel), "Where notices go") },
      }),
      async (c) => c.json({ items: (await notices.channels.list()).map(channelAnswer) }, 200),
    )
    .openapi(
      createRoute({
        ...{ method: "post", path: "/notices/channels", request: body(schemas.newNoticeChannel) },
        responses: {
          201: json(
            schemas.madeNoticeChannel,
            "Added. Requests to a web address carry `x-greenroom-timestamp` and `x-greenroom-signature`: `v1=` and the HMAC-SHA256 of `timestamp.body` by the secret, in hex. The secret is told this once.",
          ),
          ...refused,
        },
      }),
      async (c) => {
        const { channel, secret } = await notices.channels.add(c.req.valid("json"));
        return c.json({ ...channelAnswer(channel), ...some({ secret }) }, 201);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "patch", path: "/notices/channels/{id}" },
        request: { ...idParam, ...body(z.object({ enabled: z.boolean() }).strict()) },
        responses: { 200: json(schemas.noticeChannel, "Switched on or off"), ...refused },
      }),
      async (c) => {
        const { enabled } = c.req.valid("json");
        return c.json(channelAnswer(await notices.channels.enable(c.req.valid("param").id, enabled)), 200);
      },
    )
    .openapi(
      createRoute({
        ...{ method: "delete", path: "/notices/channels/{id}", request: idParam },
        responses: { 204: { description: "Gone" }, ...refused },
      }),
      async (c) => {
        await notices.channels.remove(c.req.valid("param").id);
        return c.body(null, 204);
      },
    );
}

function channelAnswer({ createdAt, ...rest }: NoticeChannel): z.output<typeof schemas.noticeChannel> {
  return { ...rest, createdAt: text(createdAt) };
}

function noticeAnswer({
  lines,
  createdAt,
  deliveries,
  ...rest
}: SentNotice): z.output<typeof schemas.notice> {
  return {
    ...{ ...rest, lines: [...lines], createdAt: text(createdAt) },
    deliveries: deliveries.map(({ target, attempts, sentAt, error }) => ({
      ...{ target, attempts, ...some({ error, sentAt: sentAt && text(sentAt) }) },
    })),
  };
}
