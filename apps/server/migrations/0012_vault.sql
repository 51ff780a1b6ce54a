-- The key that everything is sealed under can be changed: each sealed half is then written anew, and nothing else of a row.

grant update (sealed) on trust_materials to muster_system;
