//! What a case needs beside the server: a store, identity services, files, variables.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;
use tempfile::TempDir;

use crate::emulators::{AZURE_ACCOUNT, AZURE_KEY, Emulators, send};
use crate::fixtures::Fixtures;
use crate::http::Server;
use crate::{identity, scripted, swift};

/// Everything that one case talks to.
pub(crate) struct World {
    pub(crate) store: Server,
    pub(crate) identity: Server,
    pub(crate) fixtures: Arc<Fixtures>,
    pub(crate) variables: BTreeMap<String, String>,
    /// The local files of the case; they go with it.
    pub(crate) _folder: TempDir,
}

impl World {
    /// Starts and fills all of it; `None` if the case's emulator is not there.
    pub(crate) async fn start(
        case: &Value,
        vectors: &Value,
        emulators: &Emulators,
    ) -> Option<Self> {
        let fixtures = Arc::new(Fixtures::new(&vectors["fixtures"]));
        let identity = identity::start().await;
        let store = start_store(&case["store"], &fixtures, emulators).await?;
        let folder = tempfile::tempdir().unwrap();
        let key = identity::account_key(&identity.url()).to_string();
        for (name, value) in [
            ("store", store.url().as_str()),
            ("store_host", &store.host),
            ("identity", &identity.url()),
            ("identity_host", &identity.host),
            ("files_dir", folder.path().to_str().unwrap()),
            ("azure_account", AZURE_ACCOUNT),
            ("azure_key", AZURE_KEY),
            ("gcs_key", &key),
        ] {
            fixtures.set(name, value);
        }
        place_files(case, folder.path(), &fixtures);
        let variables = variables(case, vectors, &fixtures);
        Some(Self {
            store,
            identity,
            fixtures,
            variables,
            _folder: folder,
        })
    }

    /// Sends the call of a step to the store itself.
    pub(crate) async fn call(&self, call: &Value) {
        let [method, path] = [&call[0], &call[1]].map(|part| part.as_str().unwrap());
        send(method, &format!("{}{path}", self.store.url()), &[], b"").await;
    }
}

async fn start_store(
    store: &Value,
    fixtures: &Arc<Fixtures>,
    emulators: &Emulators,
) -> Option<Server> {
    if store["down"] == true {
        let mut server = Server::start(|_| async { unreachable!() }).await;
        // A port where nobody listens, and which no other test is given.
        server.host = "127.0.0.1:1".to_owned();
        return Some(server);
    }
    let Some(name) = store["emulator"].as_str() else {
        return Some(scripted::start(&store["scripted"], fixtures).await);
    };
    if name == "swift" {
        return Some(swift::start(&store["objects"], fixtures).await);
    }
    let emulator = emulators.get(name)?;
    for object in store["objects"].as_array().unwrap().iter().enumerate() {
        emulators.place(name, &emulator, object, fixtures).await;
    }
    Some(scripted::relay(&emulator, name != "gcs").await)
}

fn place_files(case: &Value, folder: &Path, fixtures: &Fixtures) {
    for file in case["files"].as_array().into_iter().flatten() {
        let path = folder.join(file["path"].as_str().unwrap());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        if let Some(target) = file["link"].as_str() {
            std::os::unix::fs::symlink(fixtures.fill(target), path).unwrap();
            continue;
        }
        let bytes = match file["fixture"].as_str() {
            Some(id) => fixtures.bytes(id),
            None => fixtures.fill(file["text"].as_str().unwrap()).into_bytes(),
        };
        std::fs::write(&path, bytes).unwrap();
        if let Some(seconds) = file["mtime"].as_u64() {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(time).unwrap();
        }
    }
}

fn variables(case: &Value, vectors: &Value, fixtures: &Fixtures) -> BTreeMap<String, String> {
    let profile = &vectors["profiles"][case["profile"].as_str().unwrap()];
    let mut variables = BTreeMap::new();
    for (name, value) in [profile, &case["env"]]
        .into_iter()
        .filter_map(Value::as_object)
        .flatten()
    {
        match value.as_str() {
            Some(text) => variables.insert(name.clone(), fixtures.fill(text)),
            None => variables.remove(name),
        };
    }
    variables
}
