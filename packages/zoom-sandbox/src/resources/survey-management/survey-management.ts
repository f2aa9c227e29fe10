/**
 * The account's surveys: those of its meetings and webinars, where they were used, and what people answered.
 * People answer by `POST /_sandbox/surveys/answers`, as the page does that Zoom shows when a session ends.
 *
 * Not emulated: surveys of the Contact Center, public links and Team Chat; polls among the surveys; and the
 * privilege Survey:Read, which the roles here have not.
 */
import { decodeOnce } from "../../api.ts";
import type { Call } from "../../call.ts";
import type { Instance } from "../../people/session-rows.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { zoomTime } from "../meetings/meeting-rows.ts";
import type { SurveyAnswer } from "./survey-answers.ts";

interface AskedQuestion {
  readonly name?: string;
  readonly type?: string;
  readonly answer_required?: boolean;
  readonly answers?: readonly string[];
  readonly prompts?: readonly { readonly prompt_question?: string }[];
  readonly rating_min_value?: number;
  readonly rating_max_value?: number;
  readonly rating_min_label?: string;
  readonly rating_max_label?: string;
}

interface PlannedSurvey {
  readonly custom_survey?: {
    readonly title?: string;
    readonly anonymous?: boolean;
    readonly questions?: readonly AskedQuestion[];
  };
}

const KINDS = ["meeting", "webinar"] as const;

/** The four operations, and the route by which people answer. */
export function surveyManagement({ api, app, table, clock, ids }: Sandbox): void {
  const answers = table<SurveyAnswer>("survey_answers");
  const instances = table<Instance>("instances");
  const planned = (kind: string) => table<PlannedSurvey>(`${kind}_surveys`);

  const find = (id: string) => {
    const custom = KINDS.map((kind) => planned(kind).get(id)?.custom_survey).find((one) => one !== undefined);
    return custom && whole(id, custom);
  };
  const named = (id: string) => {
    const survey = find(id);
    if (!survey) throw zoomError(404, 6701, "Invalid parameter survey id.");
    return survey;
  };
  /** The sessions that ended with the survey; only the one that the query names, if it names one. */
  const usesOf = (call: Call<"surveyId">): Instance[] => {
    const ended = instances
      .by("meeting_id", Number(call.params.surveyId))
      .filter(({ end_time }) => end_time !== undefined);
    const given = call.query("instance_id");
    if (given === undefined) return ended;
    // Zoom: the id is encoded twice, for it may hold a slash (OpenAPI file).
    const one = ended.find(({ uuid }) => uuid === given || uuid === decodeOnce(given));
    if (!one) throw zoomError(400, 6703, "Invalid parameter survey instance id.");
    return [one];
  };

  api.on("GET /surveys", (call) => {
    const keys = KINDS.flatMap((kind) => {
      const used = table<{ id: number }>(`${kind}s`).filter(({ id }) => planned(kind).has(id));
      return used.map(({ id }) => String(id));
    });
    const { rows, ...page } = call.page(keys.flatMap((id) => find(id) ?? []));
    return { ...page, surveys: rows };
  });

  api.on("GET /surveys/{surveyId}", (call) => ({ ...named(call.params.surveyId), published: true }));

  api.on("GET /surveys/{surveyId}/instances", (call) => {
    const survey = named(call.params.surveyId);
    const { rows, ...page } = call.page(usesOf(call));
    const survey_instances = rows.map(({ uuid, topic, kind, meeting_id }) => ({
      ...survey,
      ...{ instance_id: uuid, instance_name: topic, product_type: kind, meeting_id: String(meeting_id) },
      has_response: answers.by("instance_id", uuid).length > 0,
      // Zoom: orders are numbers in the survey and texts in its instances (OpenAPI file).
      survey_questions: survey.survey_questions.map((question) => ({
        ...question,
        sub_questions: question.sub_questions.map((sub) => ({
          ...sub,
          sub_question_order: String(sub.sub_question_order),
        })),
        options: question.options.map((option) => ({ ...option, option_order: String(option.option_order) })),
      })),
    }));
    return { ...page, survey_instances };
  });

  api.on("GET /surveys/{surveyId}/answers", (call) => {
    const { survey_id } = named(call.params.surveyId);
    const wanted = new Set(usesOf(call).map(({ uuid }) => uuid));
    const from = Date.parse(call.query("submit_time_start") ?? "");
    const to = Date.parse(call.query("submit_time_end") ?? "");
    const found = answers.by("survey_id", survey_id).filter(({ instance_id, submit_time }) => {
      const at = Date.parse(submit_time);
      return wanted.has(instance_id) && !(at < from) && !(at > to);
    });
    const { rows, ...page } = call.page(found);
    return { ...page, survey_answers: rows };
  });

  app.post("/_sandbox/surveys/answers", async (c) => {
    const [{ readBody }, { submittedSurvey }] = await Promise.all([
      import("../../read-body.ts"),
      import("./submitted-survey.ts"),
    ]);
    const given = await readBody(c, submittedSurvey);
    const instance = instances.get(given.instance_id);
    if (!instance?.end_time) throw zoomError(400, 6703, "Invalid parameter survey instance id.");
    const { survey_id, anonymous, survey_questions } = named(String(instance.meeting_id));
    const said = new Map(given.answers.map(({ question, answer }) => [question, [answer].flat()]));
    const refuse = (field: string, message: string) =>
      zoomError(400, 300, "Validation Failed.", [{ field, message }]);
    for (const question of said.keys()) {
      if (!survey_questions.some(({ question_name }) => question_name === question))
        throw refuse("answers", `The survey does not ask ${question}.`);
    }
    const questions = survey_questions.flatMap(({ question_name, question_id, required, options }) => {
      const own = said.get(question_name);
      if (!own && required) throw refuse("answers", `${question_name} must be answered.`);
      if (!own) return [];
      const question_answers = own.map((answer) => {
        const option = options.find(({ option_value }) => option_value === answer);
        if (!option && options.length > 0) throw refuse("answers", `${answer} is no answer to choose.`);
        return option ? { option_id: option.option_id, answer } : { answer };
      });
      return [{ question_id, question: question_name, question_answers }];
    });
    const { name, email, instance_id } = given;
    const id = ids.key();
    answers.set(id, {
      ...{ id, survey_id, instance_id, anonymous, questions, submit_time: zoomTime(clock.now()) },
      ...(anonymous ? { name: "", email: "" } : { name, email }),
    });
    return c.json({ id }, 201);
  });
}

function whole(survey_id: string, custom: NonNullable<PlannedSurvey["custom_survey"]>) {
  const { title = "", anonymous = false, questions = [] } = custom;
  return {
    ...{ survey_id, survey_name: title, survey_type: "survey", anonymous },
    survey_questions: questions.map((question, at) => {
      const question_id = `${survey_id}-${at + 1}`;
      return {
        ...{ question_id, question_name: question.name ?? "", question_order: at + 1 },
        ...{ question_type: question.type ?? "single", required: question.answer_required ?? false },
        sub_questions: (question.prompts ?? []).map(({ prompt_question = "" }, place) => ({
          sub_question_name: prompt_question,
          ...{ sub_question_id: `${question_id}-s${place + 1}`, sub_question_order: place + 1 },
        })),
        options: optionsOf(question).map((option, place) => ({
          ...option,
          ...{ option_id: `${question_id}-${place + 1}`, option_order: place + 1 },
        })),
      };
    }),
  };
}

function optionsOf(question: AskedQuestion): { option_value: string; option_label?: string }[] {
  if (question.type !== "rating_scale")
    return (question.answers ?? []).map((option_value) => ({ option_value }));
  const { rating_min_value: least = 1, rating_max_value: most = 5 } = question;
  const labels = new Map([
    [least, question.rating_min_label],
    [most, question.rating_max_label],
  ]);
  return Array.from({ length: Math.max(0, most - least + 1) }, (_, at) => ({
    option_value: String(least + at),
    option_label: labels.get(least + at) ?? "",
  }));
}
