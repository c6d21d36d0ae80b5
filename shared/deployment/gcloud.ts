import type { Feed } from './feeds.ts';
import type { DeploymentSources } from './sources.ts';

/** In `gcloud asset feeds create --content-type`. */
const CONTENT_TYPES: Readonly<Record<Feed['contentType'], string>> = {
  RESOURCE: 'resource',
  IAM_POLICY: 'iam-policy',
  ORG_POLICY: 'org-policy',
};

/**
 * A script for a POSIX shell that makes the feeds and the sink by hand, on topics that are there already. What differs from place to place is
 * taken from its environment, and it stops where that is not set.
 */
export function sourcesGcloud({ feeds, sinkFilter, auditLogs }: DeploymentSources): string {
  const logs = [...auditLogs].map(([service, types]) => `#   ${service}: ${types.join(', ')}`);
  return `#!/bin/sh
# Makes the feeds and the sink. Made by \`anchorwatch sources --format gcloud\`.
set -eu
: "\${SCOPE:?what to watch: organization=NUMBER, folder=NUMBER or project=ID}"
: "\${PROJECT:?the project with the topics; it must outlive the feeds}"
: "\${FEED_TOPIC:?the name of the topic that on-asset-change is pushed from}"
: "\${SINK_TOPIC:?the name of the topic that on-audit-log is pushed from}"

# Who publishes on the topic of the feeds.
gcloud beta services identity create --service=cloudasset.googleapis.com "--project=$PROJECT"
NUMBER=$(gcloud projects describe "$PROJECT" '--format=value(projectNumber)')
gcloud pubsub topics add-iam-policy-binding "$FEED_TOPIC" "--project=$PROJECT" --role=roles/pubsub.publisher \\
  "--member=serviceAccount:service-$NUMBER@gcp-sa-cloudasset.iam.gserviceaccount.com"

${[feeds.resource, feeds.iamPolicy, feeds.orgPolicy].map(feedCommand).join('\n')}

# The sink, with what lies below a folder or an organisation.
case "$SCOPE" in
  project=*) CHILDREN= ;;
  *) CHILDREN=--include-children ;;
esac
gcloud logging sinks create anchorwatch "pubsub.googleapis.com/projects/$PROJECT/topics/$SINK_TOPIC" "--$SCOPE" \${CHILDREN:+"$CHILDREN"} \\
  --log-filter=${singleQuoted(sinkFilter)}
WRITER=$(gcloud logging sinks describe anchorwatch "--$SCOPE" '--format=value(writerIdentity)')
gcloud pubsub topics add-iam-policy-binding "$SINK_TOPIC" "--project=$PROJECT" --role=roles/pubsub.publisher "--member=$WRITER"

# Not made here: these Data Access logs must be on in $SCOPE (IAM & Admin > Audit Logs), else minted tokens are not seen.
${logs.join('\n')}
`;
}

function feedCommand({ contentType, assetTypes }: Feed): string {
  const content = CONTENT_TYPES[contentType];
  return `gcloud asset feeds create anchorwatch-${content} "--$SCOPE" "--billing-project=$PROJECT" --content-type=${content} \\
  "--pubsub-topic=projects/$PROJECT/topics/$FEED_TOPIC" \\
  --asset-types=${singleQuoted(assetTypes.join(','))}`;
}

/** One word for a shell, whatever is in it. */
function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
