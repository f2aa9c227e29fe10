/** What people answered to the survey of a session. */
import type { Sandbox } from "../../sandbox.ts";

/** One person's answers. Table `survey_answers`. */
export interface SurveyAnswer {
  readonly id: string;
  readonly survey_id: string;
  readonly instance_id: string;
  readonly name: string;
  readonly email: string;
  readonly submit_time: string;
  readonly anonymous: boolean;
  readonly questions: readonly AnsweredQuestion[];
}

interface AnsweredQuestion {
  readonly question_id: string;
  /** As it was asked. */
  readonly question: string;
  readonly question_answers: readonly { readonly option_id?: string; readonly answer: string }[];
}

/** The answers of a session, as reports show them; who answered an anonymous survey is not said. */
export function reportedAnswers({ table }: Pick<Sandbox, "table">, uuid: string): object[] {
  return table<SurveyAnswer>("survey_answers")
    .by("instance_id", uuid)
    .map(({ name, email, submit_time, questions }) => {
      const [first_name = "", ...rest] = name.split(" ");
      return {
        ...{ email, name, first_name, last_name: rest.join(" ") },
        answer_details: questions.map(({ question, question_id, question_answers }) => ({
          ...{ question, question_id, date_time: submit_time },
          answer: question_answers.map(({ answer }) => answer).join("; "),
        })),
      };
    });
}
