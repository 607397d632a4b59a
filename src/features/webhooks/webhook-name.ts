/** What a webhook is called everywhere: its description, else the host of its address. */
export function webhookName({ description, target_url }: { description: string; target_url: string }): string {
  return description || (URL.canParse(target_url) ? new URL(target_url).host : target_url);
}
