import json
import sys

from honeyframe import AuthenticatedClient
from honeyframe.api.events import events_list, events_publish
from honeyframe.api.webhooks import webhooks_create, webhooks_get
from honeyframe.models import Error, EventsPublishBody, WebhooksCreateBody, WebhookWithSecret

url, key = sys.argv[1:3]
client = AuthenticatedClient(base_url=url, token=key)

created = webhooks_create.sync(
    client=client,
    body=WebhooksCreateBody(event_type=["dataset.*"], target_url="http://127.0.0.1:4/hooks"),
)
assert isinstance(created, WebhookWithSecret), created
body = EventsPublishBody.from_dict({"event_type": "dataset.updated", "data": {"dataset_id": "one"}})
published = events_publish.sync(client=client, body=body, idempotency_key=key[-20:])
again = events_publish.sync(client=client, body=body, idempotency_key=key[-20:])
events_publish.sync(client=client, body=body)
ids, cursor = [], None
while True:
    page = events_list.sync(client=client, limit=1, **({"cursor": cursor} if cursor else {}))
    ids += [str(item.id) for item in page.items]
    cursor = page.next_cursor
    if cursor is None:
        break
webhook = webhooks_get.sync(client=client, id=created.id)
missing = webhooks_get.sync(client=client, id=ids[0])
assert isinstance(missing, Error), missing
print(json.dumps({
    "webhook": webhook.event_type,
    "event": str(published.id),
    "duplicate": again.duplicate,
    "ids": ids,
    "error": str(missing.code),
}))
