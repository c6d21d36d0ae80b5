/** Where resources stand in Terraform files. */
import { describe, expect, it } from '@jest/globals';
import { terraformBlocks } from '../../shared/check/terraform-blocks.ts';

const SOURCE = `# resource "google_project" "commented" {}
/* resource "google_project" "blocked" {
*/
resource "google_service_account" "api" {
  description = <<-EOT
    resource "google_project" "text" {
  EOT
}
  resource   "google_project_iam_member"   "odd"{
}
// resource "a" "b"
module "app" {
  # source = "./commented"
  version = "1"
  source  = "../modules/app"
}
module "registry" { source = "terraform-google-modules/kubernetes-engine/google//modules/workload-identity" }
resource "google_storage_bucket" "last" {
  source = "./not-a-module"
}
`;

describe('the blocks of a file', () => {
  it('resources by type and name, with the line they begin in', () => {
    expect([...terraformBlocks(SOURCE).resources]).toEqual([
      ['google_service_account.api', 4],
      ['google_project_iam_member.odd', 9],
      ['google_storage_bucket.last', 18],
    ]);
  });

  it('modules with their source', () => {
    expect([...terraformBlocks(SOURCE).modules]).toEqual([
      ['app', '../modules/app'],
      ['registry', 'terraform-google-modules/kubernetes-engine/google//modules/workload-identity'],
    ]);
  });

  it('with line ends of Windows too', () => {
    expect(terraformBlocks(SOURCE.replaceAll('\n', '\r\n'))).toEqual(terraformBlocks(SOURCE));
  });
});
