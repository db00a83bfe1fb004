import { InvalidArgumentError } from "commander";

/** Reads an option that is an address with one of these schemes, such as `http:`; gives it without a closing slash. */
export function address(...schemes: string[]): (text: string) => string {
  return (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url?.hostname || !schemes.includes(url.protocol))
      throw new InvalidArgumentError(
        `An address such as ${schemes[0]}//127.0.0.1:${port(schemes[0])} is needed.`,
      );
    return text.replace(/\/+$/, "");
  };
}

function port(scheme: string | undefined): number {
  return scheme === "mqtt:" ? 1883 : scheme === "coap:" ? 5683 : 8080;
}
